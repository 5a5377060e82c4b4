import type { StreamName } from './alias.js';
import type { TagReference, TagSource } from './types.js';

/** A stream's tag or image that a spec tag points at. */
export interface ResolvedSource extends StreamName {
  kind: 'ImageStreamTag' | 'ImageStreamImage';
  /** Tag name or (short) image id. */
  tagOrId: string;
  /** Is it the stream the spec tag belongs to? */
  isSameStream: boolean;
}

const SEPARATOR = { ImageStreamTag: ':', ImageStreamImage: '@' } as const;

/** What a stream source names, or `undefined` when its shape is wrong (also for any kind that names no stream). */
export function parseTagSource(stream: StreamName, from: TagSource): ResolvedSource | undefined {
  const kind = from.kind;
  if (kind !== 'ImageStreamTag' && kind !== 'ImageStreamImage') return undefined;
  const parts = from.name.split(SEPARATOR[kind]);
  if (parts.length > 2 || parts.some((part) => part === '')) return undefined;
  const [name, tagOrId] = parts.length === 2 ? [parts[0] ?? '', parts[1] ?? ''] : [stream.name, from.name];
  const namespace = from.namespace || stream.namespace;
  return { kind, namespace, name, tagOrId, isSameStream: namespace === stream.namespace && name === stream.name };
}

/** The stream of another namespace whose images the writer must be allowed to read (get `imagestreams/layers`) before this tag may point there. */
export function streamToAuthorize(stream: StreamName, tag: TagReference): StreamName | undefined {
  if (!tag.from?.namespace || tag.from.namespace === stream.namespace) return undefined;
  const source = parseTagSource(stream, tag.from);
  return source && { namespace: source.namespace, name: source.name };
}

/** Orders changed tags so that one which takes its image from another of them comes after it. Circles stay in the order given. */
export function inResolutionOrder(stream: StreamName, tags: readonly TagReference[]): TagReference[] {
  const byName = new Map(tags.map((tag) => [tag.name, tag]));
  const ordered = new Set<TagReference>();
  const add = (tag: TagReference, above: ReadonlySet<TagReference>): void => {
    if (ordered.has(tag) || above.has(tag)) return;
    const source = tag.from && parseTagSource(stream, tag.from);
    const before = source?.kind === 'ImageStreamTag' && source.isSameStream ? byName.get(source.tagOrId) : undefined;
    if (before) add(before, new Set([...above, tag]));
    ordered.add(tag);
  };
  for (const tag of tags) add(tag, new Set());
  return [...ordered];
}
