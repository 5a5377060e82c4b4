import type { ManagedFieldsEntry } from '@faktorz/apimachinery';
import type { TagCondition, TagReference } from '@faktorz/domain';

/** `valid_to` of rows that are true now. */
export const FOREVER = '9223372036854775807';

/** Everything that belongs to the stream itself and not to one of its tags. */
export interface StreamHead {
  uid: string;
  namespace: string;
  name: string;
  /** The position of its last change: its resourceVersion. */
  position: bigint;
  generation: number;
  labels: Record<string, string> | null;
  annotations: Record<string, string> | null;
  /** The rest of the metadata: creationTimestamp, ownerReferences, finalizers, deletionTimestamp. */
  metadata: Record<string, unknown>;
  localLookup: boolean;
  repository: string | null;
}

/** One tag without its history. */
export interface TagRow {
  tag: string;
  spec: TagReference | null;
  conditions: TagCondition[] | null;
}

/** One entry of a tag's history as a list of API values: tag, created, reference, image, generation. */
export type EventTuple = [tag: string, created: string, reference: string, image: string, generation: number];

/** A whole stream as one query returns it. */
export interface StreamRows {
  head: StreamHead;
  tags: TagRow[];
  events: EventTuple[];
  managedFields: ManagedFieldsEntry[] | null;
}

interface RawStream {
  uid: string;
  namespace: string;
  name: string;
  valid_from: string;
  generation: string;
  labels: Record<string, string> | null;
  annotations: Record<string, string> | null;
  metadata: Record<string, unknown>;
  local_lookup: boolean;
  repository: string | null;
  tags?: [string, TagReference | null, TagCondition[] | null][] | null;
  events?: EventTuple[] | null;
  managed_fields?: ManagedFieldsEntry[] | null;
}

export const HEAD_COLUMNS =
  'h.uid, h.namespace, h.name, h.valid_from, h.generation, h.labels, h.annotations, h.metadata, h.local_lookup, h.repository';

/**
 * Columns of a whole stream `h`; `visible(alias)` limits the rows of tags, history and managed fields to one moment. One
 * statement, so that all parts come from one snapshot. The parts are null, and not looked for, unless the stream is `wanted`.
 */
export function wholeStreamColumns(visible: (alias: string) => string, wanted = 'true'): string {
  const parts = {
    tags: `SELECT json_agg(json_build_array(t.tag, t.spec, t.conditions) ORDER BY t.tag)
       FROM stream_tag_version t WHERE t.stream_uid = h.uid AND ${visible('t')}`,
    events: `SELECT json_agg(json_build_array(e.tag, e.created, e.reference, e.image, e.generation) ORDER BY e.tag, e.seq DESC)
       FROM tag_event_version e WHERE e.stream_uid = h.uid AND ${visible('e')}`,
    managed_fields: `SELECT f.managed_fields FROM stream_fields_version f WHERE f.stream_uid = h.uid AND ${visible('f')}`,
  };
  const columns = Object.entries(parts).map(([name, part]) => `CASE WHEN ${wanted} THEN (${part}) END AS ${name}`);
  return [HEAD_COLUMNS, ...columns].join(',\n    ');
}

/** Rows that are true now. */
export const isCurrent = (alias: string): string => `${alias}.valid_to = ${FOREVER}`;

/** Rows that were true at the position given as parameter `$n`. */
export const wasTrueAt =
  (parameter: string) =>
  (alias: string): string =>
    `${alias}.valid_from <= ${parameter} AND ${alias}.valid_to > ${parameter}`;

export function headOf(raw: object): StreamHead {
  const row = raw as RawStream;
  return {
    uid: row.uid,
    namespace: row.namespace,
    name: row.name,
    position: BigInt(row.valid_from),
    generation: Number(row.generation),
    labels: row.labels,
    annotations: row.annotations,
    metadata: row.metadata,
    localLookup: row.local_lookup,
    repository: row.repository,
  };
}

export function streamOf(raw: object): StreamRows {
  const row = raw as RawStream;
  return {
    head: headOf(raw),
    tags: (row.tags ?? []).map(([tag, spec, conditions]) => ({ tag, spec, conditions })),
    events: row.events ?? [],
    managedFields: row.managed_fields ?? null,
  };
}

/** Tables whose old rows are trimmed together with the log rows that show them. */
export const STREAM_VERSION_TABLES = [
  'image_stream_version',
  'stream_fields_version',
  'stream_tag_version',
  'tag_event_version',
] as const;
