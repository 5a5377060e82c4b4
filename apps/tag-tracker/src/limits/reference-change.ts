import type { TagReference } from '@faktorz/domain';
import type { StreamChange } from '../image-stream/stream-change.js';

/** What a write takes from a stream's tags and histories, and what it adds. */
export interface ReferenceChange {
  /** Tags whose spec is rewritten or removed, and what the new specs name as their sources. */
  rewrittenTags: string[];
  sources: string[];
  /** Tags that go with their histories, entries that end, and images of the entries that begin. */
  removedTags: string[];
  ended: { tag: string; seq: string }[];
  images: string[];
}

export function referenceChange({ tags, head }: Pick<StreamChange, 'tags' | 'head'>): ReferenceChange {
  const rewritten = tags.filter(({ row }) => row !== undefined);
  return {
    rewrittenTags: rewritten.map(({ tag }) => tag),
    sources: rewritten.flatMap(({ row }) => sourceOf(row?.spec, head.namespace)),
    removedTags: tags.filter(({ row }) => row === null).map(({ tag }) => tag),
    ended: tags.flatMap(({ tag, end }) => end.map((seq) => ({ tag, seq }))),
    images: tags.flatMap(({ insert }) => insert.map(({ image }) => image)).filter((image) => image !== ''),
  };
}

/** One text for all ways to name the same source; the store writes it the same way. */
function sourceOf(spec: TagReference | null | undefined, namespace: string): string[] {
  return spec?.from ? [`${spec.from.kind} ${spec.from.namespace || namespace} ${spec.from.name}`] : [];
}
