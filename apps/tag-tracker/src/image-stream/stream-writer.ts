import { alreadyExists, ApiError } from '@faktorz/apimachinery';
import { IMAGE_GROUP } from './image-stream.js';
import type { ChangeTransaction, LoggedRow, SqlPosition, SqlStatement } from '@faktorz/persistence';
import type { StreamChange, TagChange } from './stream-change.js';
import { FOREVER } from './stream-rows.js';

export const STREAM_RESOURCE = 'imagestreams.image.openshift.io';

/** A stream of this name exists; to whoever looked before and found none: somebody has made it since. */
export class StreamNameTaken extends ApiError {
  constructor(readonly streamName: string) {
    const { reason, message, details } = alreadyExists('imagestreams', IMAGE_GROUP, streamName);
    super(reason, message, details);
  }
}

/**
 * Records a stream's change in the transaction: the rows it ends and the rows it begins, stamped with the position the
 * log gives it. Throws `StreamNameTaken` when a new stream's name is taken. Two statements whatever the number of tags, because they run while the log's counter is locked.
 */
export async function recordStreamChange(tx: ChangeTransaction, change: StreamChange): Promise<LoggedRow> {
  const { uid, namespace, name } = change.head;
  if (change.type === 'ADDED') {
    const added = await tx.query(
      'INSERT INTO image_stream (namespace, name, uid) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING 1',
      [namespace, name, uid],
    );
    if (added.length === 0) throw new StreamNameTaken(name);
  }
  if (change.type === 'DELETED') await tx.query('DELETE FROM image_stream WHERE uid = $1', [uid]);
  return tx.record({
    resource: STREAM_RESOURCE,
    namespace,
    name,
    uid,
    type: change.type,
    stamp: (position) =>
      change.type === 'DELETED'
        ? [endStream(uid, position)]
        : [endOldRows(change, position), beginNewRows(change, position)],
  });
}

function endStream(uid: string, position: SqlPosition): SqlStatement {
  const values: unknown[] = [uid];
  const at = position(values);
  return {
    text: `
      WITH tags AS (UPDATE stream_tag_version SET valid_to = ${at} WHERE stream_uid = $1 AND valid_to = ${FOREVER}),
           events AS (UPDATE tag_event_version SET valid_to = ${at} WHERE stream_uid = $1 AND valid_to = ${FOREVER}),
           fields AS (UPDATE stream_fields_version SET valid_to = ${at} WHERE stream_uid = $1 AND valid_to = ${FOREVER})
      UPDATE image_stream_version SET valid_to = ${at} WHERE uid = $1 AND valid_to = ${FOREVER}`,
    values,
  };
}

/** Only what the change ends is looked at, each row along an index: the cost is that of the change, not of the stream. */
function endOldRows(change: StreamChange, position: SqlPosition): SqlStatement {
  const values: unknown[] = [change.head.uid];
  const at = position(values);
  const parameter = (value: unknown): string => `$${values.push(value)}`;
  const ends: string[] = [];
  const end = (table: string, condition: string): void => {
    ends.push(
      `end_${ends.length} AS (UPDATE ${table} SET valid_to = ${at} WHERE stream_uid = $1 AND valid_to = ${FOREVER} AND ${condition})`,
    );
  };
  const rewritten = change.tags.filter((tag) => tag.row !== undefined).map((tag) => tag.tag);
  if (rewritten.length > 0) end('stream_tag_version', `tag = ANY(${parameter(rewritten)}::text[])`);
  const removed = change.tags.filter((tag) => tag.row === null).map((tag) => tag.tag);
  if (removed.length > 0) end('tag_event_version', `tag = ANY(${parameter(removed)}::text[])`);
  const ended = change.tags.flatMap(({ tag, row, end: seqs }) =>
    row === null ? [] : seqs.map((seq) => ({ tag, seq })),
  );
  if (ended.length > 0) {
    const tags = parameter(ended.map(({ tag }) => tag));
    const seqs = parameter(ended.map(({ seq }) => seq));
    end('tag_event_version', `(tag, seq) IN (SELECT * FROM unnest(${tags}::text[], ${seqs}::bigint[]))`);
  }
  if (change.managedFields !== undefined) end('stream_fields_version', 'true');
  return {
    text: `${ends.length > 0 ? `WITH ${ends.join(', ')}` : ''}
      UPDATE image_stream_version SET valid_to = ${at} WHERE uid = $1 AND valid_to = ${FOREVER}`,
    values,
  };
}

/** An image that was in the tag's history before was first seen then. */
function beginNewRows(change: StreamChange, position: SqlPosition): SqlStatement {
  const { head } = change;
  const values: unknown[] = [
    head.uid,
    json(change.tags.flatMap((tag) => tagRow(tag))),
    json(change.tags.flatMap((tag) => eventRows(tag))),
    change.managedFields ? json(change.managedFields) : null,
    head.namespace,
    head.name,
    head.generation,
    head.labels && json(head.labels),
    head.annotations && json(head.annotations),
    json(head.metadata),
    head.localLookup,
    head.repository,
  ];
  const at = position(values);
  return {
    text: `
      WITH tags AS (
             INSERT INTO stream_tag_version (stream_uid, tag, valid_from, spec, conditions, follows)
             SELECT $1, t.tag, ${at}, t.spec, t.conditions, t.follows
               FROM jsonb_to_recordset($2) AS t(tag text, spec jsonb, conditions jsonb, follows text)),
           events AS (
             INSERT INTO tag_event_version
               (stream_uid, tag, seq, valid_from, created, reference, image, generation, first_seen, cause, caused_by, cause_id)
             SELECT $1, e.tag, coalesce(e.seq, nextval('tag_event_seq')), ${at}, e.created, e.reference, e.image, e.generation,
                    least(e.first_seen, (SELECT min(first_seen) FROM tag_event_version known
                      WHERE known.stream_uid = $1 AND known.tag = e.tag AND known.image = e.image AND known.valid_to = ${FOREVER})),
                    e.cause, e.caused_by, e.cause_id
               FROM ROWS FROM (jsonb_to_recordset($3) AS
                 (tag text, seq bigint, created text, reference text, image text, generation bigint,
                  first_seen text, cause text, caused_by text, cause_id text)) WITH ORDINALITY AS
                 e(tag, seq, created, reference, image, generation, first_seen, cause, caused_by, cause_id, n)
              ORDER BY e.n),
           fields AS (
             INSERT INTO stream_fields_version (stream_uid, valid_from, managed_fields)
             SELECT $1, ${at}, $4::jsonb WHERE $4::jsonb IS NOT NULL)
      INSERT INTO image_stream_version
        (uid, namespace, name, valid_from, generation, labels, annotations, metadata, local_lookup, repository)
      VALUES ($1, $5, $6, ${at}, $7, $8, $9, $10, $11, $12)`,
    values,
  };
}

function tagRow({ row }: TagChange): object[] {
  if (!row) return [];
  return [
    {
      tag: row.tag,
      spec: row.spec,
      conditions: row.conditions && row.conditions.length > 0 ? row.conditions : null,
      follows: followedTag(row.spec),
    },
  ];
}

/** The tag of the same stream that this one names as its source; checked again against the stream's name when it is followed. */
function followedTag(spec: { from?: { kind: string; name: string; namespace?: string } } | null): string | null {
  if (spec?.from?.kind !== 'ImageStreamTag') return null;
  return spec.from.name.slice(spec.from.name.indexOf(':') + 1);
}

function eventRows(change: TagChange): object[] {
  return change.insert.map((event) => ({
    tag: change.tag,
    seq: event.seq ?? null,
    created: event.created,
    reference: event.dockerImageReference,
    image: event.image,
    generation: event.generation,
    first_seen: event.record.firstSeen,
    cause: event.record.cause,
    caused_by: event.record.by,
    cause_id: event.record.causeId ?? null,
  }));
}

/** Drivers turn JavaScript arrays into SQL arrays, so JSON goes as text. */
function json(value: unknown): string {
  return JSON.stringify(value);
}
