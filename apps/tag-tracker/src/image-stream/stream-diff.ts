import { isFollower, type TagEvent, type TagReference, type TagStatus } from '@faktorz/domain';
import { canonicalJson } from './canonical-json.js';
import { historyChange } from './history-diff.js';
import type { ImageStream } from './image-stream.js';
import type { StoredTagEvent, StreamChange, TagChange } from './stream-change.js';
import type { WriteCause } from './stream-draft.js';
import type { StreamHead, StreamRows, TagRow } from './stream-rows.js';

/** What has to be written to turn the stored stream into the wanted object; `histories` holds every stored entry by tag. */
export function streamChange(
  stored: StreamRows,
  histories: ReadonlyMap<string, StoredTagEvent[]>,
  wanted: ImageStream,
  cause: WriteCause,
): StreamChange {
  const managedFields = wanted.metadata.managedFields ?? null;
  const fieldsChanged = canonicalJson(managedFields) !== canonicalJson(stored.managedFields);
  return {
    type: 'MODIFIED',
    head: headFrom(wanted, stored.head.position),
    tags: tagChanges(new Map(stored.tags.map((row) => [row.tag, row])), histories, wanted, cause),
    ...(fieldsChanged && { managedFields }),
  };
}

/** A whole new stream. */
export function newStream(wanted: ImageStream, cause: WriteCause): StreamChange {
  return {
    type: 'ADDED',
    head: headFrom(wanted, 0n),
    tags: tagChanges(new Map(), new Map(), wanted, cause),
    ...(wanted.metadata.managedFields && { managedFields: wanted.metadata.managedFields }),
  };
}

/** The columns of `image_stream_version` from the API object. */
export function headFrom(stream: ImageStream, position: bigint): StreamHead {
  const {
    name,
    namespace,
    uid,
    resourceVersion: _rv,
    generation,
    labels,
    annotations,
    managedFields: _mf,
    ...metadata
  } = stream.metadata;
  return {
    uid: uid!,
    namespace: namespace!,
    name,
    position,
    generation: generation ?? 1,
    labels: labels ?? null,
    annotations: annotations ?? null,
    metadata,
    localLookup: stream.spec.lookupPolicy.local,
    repository: stream.spec.dockerImageRepository ?? null,
  };
}

function tagChanges(
  rows: ReadonlyMap<string, TagRow>,
  histories: ReadonlyMap<string, StoredTagEvent[]>,
  wanted: ImageStream,
  cause: WriteCause,
): TagChange[] {
  const specs = new Map((wanted.spec.tags ?? []).map((tag) => [tag.name, tag]));
  const statuses = new Map((wanted.status.tags ?? []).map((tag) => [tag.tag, tag]));
  const names = [...new Set([...rows.keys(), ...specs.keys(), ...statuses.keys()])].sort();
  return names.flatMap((name) => {
    const before = { row: rows.get(name), history: histories.get(name) ?? [] };
    const after = { spec: specs.get(name) ?? null, status: statuses.get(name) };
    const change = tagChange(name, before, after, cause, wanted.metadata);
    return change ? [change] : [];
  });
}

function tagChange(
  name: string,
  before: { row: TagRow | undefined; history: StoredTagEvent[] },
  after: { spec: TagReference | null; status: TagStatus | undefined },
  cause: WriteCause,
  stream: { name: string; namespace?: string },
): TagChange | undefined {
  const conditions = after.status?.conditions?.length ? after.status.conditions : null;
  const items = after.status?.items ?? [];
  const newest = before.history[0];
  if (after.spec === null && items.length === 0 && conditions === null) {
    return before.row && { tag: name, row: null, end: [], insert: [], specBefore: before.row.spec, before: newest };
  }
  const kind = isFollowing(before.row?.spec, after.spec, stream) ? 'follow' : 'tag';
  const { end, insert } = historyChange(before.history, items, { ...cause, kind });
  const row: TagRow = { tag: name, spec: after.spec, conditions };
  const rowChanged = !before.row || canonicalJson(row) !== canonicalJson(before.row);
  if (!rowChanged && end.length === 0 && insert.length === 0) return undefined;
  return {
    tag: name,
    ...(rowChanged && { row }),
    end,
    insert,
    specBefore: before.row?.spec,
    before: newest,
    after: insert.at(-1) ?? (items.length > 0 ? withRecord(items[0]!, before.history) : undefined),
  };
}

/** The tag's source is another tag of the stream and was so before: its image came by following. */
function isFollowing(
  before: TagReference | null | undefined,
  after: TagReference | null,
  stream: { name: string; namespace?: string },
): boolean {
  if (!before || !after?.from || canonicalJson(before.from) !== canonicalJson(after.from)) return false;
  const source = after.from.name.slice(after.from.name.indexOf(':') + 1);
  return isFollower({ name: stream.name, namespace: stream.namespace ?? '' }, after, source);
}

function withRecord(event: TagEvent, history: readonly StoredTagEvent[]): StoredTagEvent | undefined {
  return history.find((entry) => entry.image === event.image && entry.created === event.created);
}
