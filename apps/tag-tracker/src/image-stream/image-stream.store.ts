import { Injectable } from '@nestjs/common';
import type { ManagedFieldsEntry, ObjectKey } from '@faktorz/apimachinery';
import { type ChangeTransaction, Database, type SqlRunner } from '@faktorz/persistence';
import type { TagCause } from '@faktorz/domain';
import type { StoredTagEvent } from './stream-change.js';
import {
  FOREVER,
  HEAD_COLUMNS,
  headOf,
  isCurrent,
  type StreamHead,
  streamOf,
  type StreamRows,
  type TagRow,
  wasTrueAt,
  wholeStreamColumns,
} from './stream-rows.js';

/** A tag and the newest entry of its history. */
export interface TagState extends TagRow {
  newest?: StoredTagEvent;
}

/** A stream that is visible at some position, and the version that is. */
export interface VisibleHead {
  uid: string;
  namespace: string;
  name: string;
  /** The position it was written at. */
  version: string;
}

interface HeadsQuery {
  position: bigint;
  after: Required<ObjectKey> | undefined;
  namespace: string | undefined;
  /** Default: all of them, in no order. */
  limit?: number;
}

interface RawEvent {
  tag: string;
  seq: string;
  created: string;
  reference: string;
  image: string;
  generation: string;
  first_seen: string;
  cause: TagCause;
  caused_by: string;
  cause_id: string | null;
}

const EVENT_COLUMNS =
  'e.tag, e.seq, e.created, e.reference, e.image, e.generation, e.first_seen, e.cause, e.caused_by, e.cause_id';

/** Of digests; a digest is looked for along the index, by how it begins. */
const ALGORITHMS = ['sha256', 'sha384', 'sha512'];

const currentHead = {
  text: `SELECT ${HEAD_COLUMNS} FROM image_stream_version h
    WHERE h.namespace = $1 AND h.name = $2 AND h.valid_to = ${FOREVER}`,
};

/** Reads streams, tags and history out of their versioned rows. */
@Injectable()
export class ImageStreamStore {
  constructor(private readonly sql: Database) {}

  /** The whole stream as it is now. */
  async read(key: Required<ObjectKey>, on: SqlRunner = this.sql): Promise<StreamRows | undefined> {
    const [row] = await on.query(
      `SELECT ${wholeStreamColumns(isCurrent)} FROM image_stream_version h
        WHERE h.namespace = $1 AND h.name = $2 AND h.valid_to = ${FOREVER}`,
      [key.namespace, key.name],
    );
    return row && streamOf(row);
  }

  /** The whole stream as it was at a position. */
  async readAt(uid: string, position: bigint): Promise<StreamRows | undefined> {
    const [row] = await this.sql.query(
      `SELECT ${wholeStreamColumns(wasTrueAt('$2'))} FROM image_stream_version h WHERE h.uid = $1 AND ${wasTrueAt('$2')('h')}`,
      [uid, String(position)],
    );
    return row && streamOf(row);
  }

  /** Whole streams as they were at a position, by uid. */
  async readManyAt(uids: readonly string[], position: bigint): Promise<Map<string, StreamRows>> {
    const rows = await this.sql.query(
      `SELECT ${wholeStreamColumns(wasTrueAt('$2'))} FROM image_stream_version h
        WHERE h.uid = ANY($1::uuid[]) AND ${wasTrueAt('$2')('h')}`,
      [uids, String(position)],
    );
    return new Map(rows.map(streamOf).map((stream) => [stream.head.uid, stream]));
  }

  /** One page of streams as of a position, in order of namespace and name: only who they are. */
  async pageOfHeads(
    position: bigint,
    limit: number,
    after: Required<ObjectKey> | undefined,
    namespace?: string,
  ): Promise<VisibleHead[]> {
    const { heads, values } = visibleHeads('h.uid, h.namespace, h.name, h.valid_from AS version', {
      position,
      after,
      namespace,
      limit,
    });
    return this.sql.query<VisibleHead>(heads, values);
  }

  /** One page of whole streams as of a position, in order of namespace and name. */
  async page(
    position: bigint,
    limit: number,
    after: Required<ObjectKey> | undefined,
    namespace?: string,
  ): Promise<StreamRows[]> {
    const { heads, values } = visibleHeads(HEAD_COLUMNS, { position, after, namespace, limit });
    // The page's streams are chosen before their parts are put together.
    const rows = await this.sql.query(
      `SELECT ${wholeStreamColumns(wasTrueAt('$1'))} FROM (${heads}) h ORDER BY h.namespace, h.name`,
      values,
    );
    return rows.map(streamOf);
  }

  /** How many streams come after a key at a position. */
  async countAfter(position: bigint, after: Required<ObjectKey>, namespace?: string): Promise<number> {
    const { heads, values } = visibleHeads('h.uid', { position, after, namespace });
    const [row] = await this.sql.query<{ count: string }>(`SELECT count(*) FROM (${heads}) h`, values);
    return Number(row?.count ?? 0);
  }

  /** The stream itself, without tags. */
  async head(key: ObjectKey, on: SqlRunner = this.sql): Promise<StreamHead | undefined> {
    const [row] = await on.query(currentHead.text, [key.namespace, key.name]);
    return row && headOf(row);
  }

  /** As `head`, and other writers of the stream wait until the transaction ends. */
  async lock(key: ObjectKey, tx: ChangeTransaction): Promise<StreamHead | undefined> {
    const values = [key.namespace, key.name];
    for (;;) {
      const [locked, rows] = await tx.queryAll([
        { text: 'SELECT 1 FROM image_stream WHERE namespace = $1 AND name = $2 FOR UPDATE', values },
        { text: currentHead.text, values },
      ]);
      const row = rows?.[0];
      // Deleted while we waited for it, and made anew before we read it: that one is not locked yet.
      if (row && locked?.length === 0) continue;
      return row && headOf(row);
    }
  }

  /** Tags by name, each with its newest history entry; unknown names are left out. */
  async tags(uid: string, names: readonly string[], on: SqlRunner = this.sql): Promise<TagState[]> {
    const [rows, events] = await Promise.all([
      on.query<TagRow>(
        `SELECT tag, spec, conditions FROM stream_tag_version
          WHERE stream_uid = $1 AND tag = ANY($2::text[]) AND valid_to = ${FOREVER}`,
        [uid, names],
      ),
      on.query<RawEvent>(
        `SELECT ${EVENT_COLUMNS} FROM unnest($2::text[]) wanted CROSS JOIN LATERAL (
           SELECT * FROM tag_event_version
            WHERE stream_uid = $1 AND tag = wanted AND valid_to = ${FOREVER} ORDER BY seq DESC LIMIT 1) e`,
        [uid, names],
      ),
    ]);
    const newest = new Map(events.map((event) => [event.tag, storedEvent(event)]));
    return rows.map((row) => ({ ...row, newest: newest.get(row.tag) }));
  }

  /** A tag's whole history, newest first. */
  async history(uid: string, tag: string, on: SqlRunner = this.sql): Promise<StoredTagEvent[]> {
    const rows = await on.query<RawEvent>(
      `SELECT ${EVENT_COLUMNS} FROM tag_event_version e
        WHERE e.stream_uid = $1 AND e.tag = $2 AND e.valid_to = ${FOREVER} ORDER BY e.seq DESC`,
      [uid, tag],
    );
    return rows.map(storedEvent);
  }

  /** The histories of all tags, newest first. */
  async histories(uid: string, on: SqlRunner = this.sql): Promise<Map<string, StoredTagEvent[]>> {
    const rows = await on.query<RawEvent>(
      `SELECT ${EVENT_COLUMNS} FROM tag_event_version e
        WHERE e.stream_uid = $1 AND e.valid_to = ${FOREVER} ORDER BY e.tag, e.seq DESC`,
      [uid],
    );
    const histories = new Map<string, StoredTagEvent[]>();
    for (const row of rows) {
      const history = histories.get(row.tag);
      if (history) history.push(storedEvent(row));
      else histories.set(row.tag, [storedEvent(row)]);
    }
    return histories;
  }

  /** Who manages which fields of the stream; `null` when nobody tracks them. */
  async managedFields(uid: string): Promise<ManagedFieldsEntry[] | null> {
    const [row] = await this.sql.query<{ managed_fields: ManagedFieldsEntry[] }>(
      `SELECT managed_fields FROM stream_fields_version WHERE stream_uid = $1 AND valid_to = ${FOREVER}`,
      [uid],
    );
    return row?.managed_fields ?? null;
  }

  /** Names of the tags whose source is this tag of the same stream. */
  async followersOf(uid: string, tag: string, on: SqlRunner = this.sql): Promise<string[]> {
    const rows = await on.query<{ tag: string }>(
      `SELECT tag FROM stream_tag_version WHERE stream_uid = $1 AND follows = $2 AND valid_to = ${FOREVER} ORDER BY tag`,
      [uid, tag],
    );
    return rows.map((row) => row.tag);
  }

  /** When each image first came to a tag of the stream (RFC 3339), for those that were there before. */
  async firstSeen(uid: string, tag: string, image: string, on: SqlRunner = this.sql): Promise<string | undefined> {
    const [row] = await on.query<{ first_seen: string | null }>(
      `SELECT min(first_seen) AS first_seen FROM tag_event_version
        WHERE stream_uid = $1 AND tag = $2 AND image = $3 AND valid_to = ${FOREVER}`,
      [uid, tag, image],
    );
    return row?.first_seen ?? undefined;
  }

  /** Entries of the stream's histories whose digest begins with `prefix` (`sha256:3a33…` or bare hex): the newest of each digest. */
  async eventsByImagePrefix(uid: string, prefix: string, on: SqlRunner = this.sql): Promise<StoredTagEvent[]> {
    const rows = await on.query<RawEvent>(
      `SELECT DISTINCT ON (e.image) ${EVENT_COLUMNS}
         FROM unnest($2::text[]) begin JOIN tag_event_version e
           ON e.stream_uid = $1 AND e.valid_to = ${FOREVER} AND e.image <> '' AND e.image >= begin AND e.image < begin || '~'
        ORDER BY e.image, e.seq DESC`,
      [uid, prefix.includes(':') ? [prefix] : [prefix, ...ALGORITHMS.map((algorithm) => `${algorithm}:${prefix}`)]],
    );
    return rows.map(storedEvent);
  }

  /** All digests in all histories of the stream. */
  async imagesOf(uid: string): Promise<string[]> {
    const rows = await this.sql.query<{ image: string }>(
      `SELECT DISTINCT image FROM tag_event_version WHERE stream_uid = $1 AND valid_to = ${FOREVER} AND image <> '' ORDER BY image`,
      [uid],
    );
    return rows.map((row) => row.image);
  }

  /** Streams of a namespace, for its cleanup. */
  async namesIn(namespace: string, limit: number): Promise<string[]> {
    const rows = await this.sql.query<{ name: string }>(
      `SELECT name FROM image_stream_version WHERE namespace = $1 AND valid_to = ${FOREVER} ORDER BY name LIMIT $2`,
      [namespace, limit],
    );
    return rows.map((row) => row.name);
  }
}

/**
 * Streams visible at a position (`$1`) after a key, in one namespace or all, in order: those still current, and the few
 * that ended since, so that the cost does not follow the length of the history. Conditions not asked for are left out,
 * not made true by a parameter: prepared, the statement would read from the first stream on for every page.
 */
function visibleHeads(
  columns: string,
  { position, after, namespace, limit }: HeadsQuery,
): { heads: string; values: unknown[] } {
  const values: unknown[] = [String(position)];
  const parameter = (value: unknown): string => `$${values.push(value)}`;
  const conditions = ['h.valid_from <= $1'];
  if (namespace !== undefined) {
    conditions.push(`h.namespace = ${parameter(namespace)}`);
    if (after) conditions.push(`h.name > ${parameter(after.name)}`);
  } else if (after) {
    conditions.push(`(h.namespace, h.name) > (${parameter(after.namespace)}, ${parameter(after.name)})`);
  }
  const first = limit === undefined ? '' : `ORDER BY namespace, name LIMIT ${parameter(limit)}`;
  const branch = (until: string): string =>
    `(SELECT ${columns} FROM image_stream_version h WHERE ${conditions.join(' AND ')} AND ${until} ${first})`;
  const heads = `${branch(`h.valid_to = ${FOREVER}`)}
    UNION ALL ${branch(`h.valid_to > $1 AND h.valid_to < ${FOREVER}`)} ${first}`;
  return { heads, values };
}

function storedEvent(row: RawEvent): StoredTagEvent {
  return {
    seq: row.seq,
    created: row.created,
    dockerImageReference: row.reference,
    image: row.image,
    generation: Number(row.generation),
    record: {
      firstSeen: row.first_seen,
      cause: row.cause,
      by: row.caused_by,
      ...(row.cause_id !== null && { causeId: row.cause_id }),
    },
  };
}
