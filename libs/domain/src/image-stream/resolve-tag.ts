import { matchesShortId } from '../reference/digest.js';
import { exactReference } from '../reference/derive-reference.js';
import { InvalidImageReference, parseImageReference } from '../reference/parse-image-reference.js';
import { fieldErrorsText, type FieldError } from '../validation/field-error.js';
import type { StreamName } from './alias.js';
import { parseTagSource, type ResolvedSource } from './tag-source.js';
import type { TagEvent, TagReference } from './types.js';
import { tagPath } from './validate-tag.js';

/** What resolving needs to read: one tag or one image id of a stream, never a whole stream. */
export interface SourceTags {
  streamExists(stream: StreamName): Promise<boolean>;
  /** Newest history entry of a tag; for the stream being written, with this write's changes so far. */
  newestEvent(stream: StreamName, tag: string): Promise<TagEvent | undefined>;
  /** The images in a stream's histories whose id begins with `prefix` or, after `algorithm:`, with it: one entry each, at most a few. */
  eventsByImagePrefix(stream: StreamName, prefix: string): Promise<TagEvent[]>;
}

export interface Resolving {
  stream: StreamName;
  /** The stream's generation after the write. */
  generation: number;
  /** RFC 3339, seconds, UTC. */
  now: string;
  /** Host of the internal registry, when there is one. */
  internalRegistry?: string;
}

/** What a changed tag comes to. */
export interface Resolution {
  /** Add to the tag's history; absent when there is nothing to add (yet). */
  event?: TagEvent;
  /** The source tag of the same stream, whose newest entry takes this generation too. */
  raisedSource?: { tag: string; generation: number };
  error?: FieldError;
}

/**
 * Resolves a changed spec tag (contract: references, §3.1). A DockerImage is left to the importer, unless it is a mere
 * reference; an ImageStreamTag takes the source's newest entry with its time; an ImageStreamImage makes a new entry.
 */
export async function resolveTag(tag: TagReference, context: Resolving, sources: SourceTags): Promise<Resolution> {
  const { from } = tag;
  if (!from) return {};
  if (from.kind === 'DockerImage' && from.name !== '') {
    return tag.reference ? { event: locationEvent(from.name, context) } : {};
  }
  const field = `${tagPath(tag.name)}.from.name`;
  const source = parseTagSource(context.stream, from);
  if (!source) {
    const detail = 'must be of the form <tag>, <repo>:<tag>, <id>, or <repo>@<id>';
    return { error: { field, type: 'Invalid', value: from.name, detail } };
  }
  if (!source.isSameStream && !(await sources.streamExists(source))) {
    return { error: { field, type: 'NotFound', value: from.name, detail: '' } };
  }
  const found = await (source.kind === 'ImageStreamTag' ? fromTag : fromImage)(source, context, sources);
  if (typeof found === 'string') {
    return { error: { field, type: 'Invalid', value: from.name, detail: `error generating tag event: ${found}` } };
  }
  if (!found) return {};
  const event = tag.reference ? found : localized(found, source, context);
  const raisesSource = source.kind === 'ImageStreamTag' && source.isSameStream && source.tagOrId !== tag.name;
  return { event, ...(raisesSource && { raisedSource: { tag: source.tagOrId, generation: context.generation } }) };
}

/** All errors of resolving and authorizing as the one cause they are answered as (422, field `[]`). */
export function resolutionFailure(stream: string, errors: readonly FieldError[]): FieldError[] {
  if (errors.length === 0) return [];
  const detail = `imagestreams ${JSON.stringify(stream)} is invalid: ${fieldErrorsText(errors)}`;
  return [{ field: '[]', type: 'InternalError', detail }];
}

/** The writer may not read the stream this tag points at. */
export function sourceForbidden(tag: string, source: StreamName, reason = '', evaluationError = ''): FieldError {
  const place = `${source.namespace}/${source.name}`;
  const why = [reason, evaluationError].filter(Boolean).map((text) => JSON.stringify(text));
  const detail = why.length > 0 ? `${place}: ${why.join(' ')}` : place;
  return { field: `${tagPath(tag)}.from`, type: 'Forbidden', detail };
}

function locationEvent(dockerImageReference: string, { now, generation }: Resolving): TagEvent {
  return { created: now, dockerImageReference, image: '', generation };
}

async function fromTag(
  source: ResolvedSource,
  { generation }: Resolving,
  sources: SourceTags,
): Promise<TagEvent | undefined> {
  const newest = await sources.newestEvent(source, source.tagOrId);
  return newest && { ...tagEventOf(newest), generation };
}

async function fromImage(
  source: ResolvedSource,
  { now, generation }: Resolving,
  sources: SourceTags,
): Promise<TagEvent | string> {
  const id = source.tagOrId;
  const matching = (await sources.eventsByImagePrefix(source, id)).filter(
    ({ image }) => image && matchesShortId(image, id),
  );
  const images = [...new Set(matching.map(({ image }) => image))].sort();
  const [first] = matching;
  if (!first) return `imagestreamimage.image.openshift.io ${JSON.stringify(id)} not found`;
  if (images.length > 1) {
    const name = JSON.stringify(id);
    return (
      `Operation cannot be fulfilled on imagestreamimage.image.openshift.io ${name}: ` +
      `multiple images match the prefix ${name}: ${images.join(', ')}`
    );
  }
  return { created: now, dockerImageReference: first.dockerImageReference, image: first.image, generation };
}

/** An image kept in the internal registry under the source stream is pulled through the stream it is now tagged in. */
function localized(event: TagEvent, source: ResolvedSource, { stream, internalRegistry }: Resolving): TagEvent {
  if (!internalRegistry) return event;
  try {
    const reference = parseImageReference(event.dockerImageReference);
    const { registry, namespace, name } = reference;
    if (registry !== internalRegistry || namespace !== source.namespace || name !== source.name) return event;
    return {
      ...event,
      dockerImageReference: exactReference({ ...reference, namespace: stream.namespace, name: stream.name }),
    };
  } catch (error) {
    if (error instanceof InvalidImageReference) return event;
    throw error;
  }
}

/** The API fields alone, in their order. */
function tagEventOf({ created, dockerImageReference, image, generation }: TagEvent): TagEvent {
  return { created, dockerImageReference, image, generation };
}
