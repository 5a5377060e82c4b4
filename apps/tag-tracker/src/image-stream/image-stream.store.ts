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

/** A stream locked for a write, with the tags that the write is about. */
export interface LockedStream {
  head: StreamHead | undefined;
  /** Those of the tags asked for that exist. */
  tags: TagState[];
  /** Of each tag asked for: names of the tags whose source it is. */
  followers: ReadonlyMap<string, string[]>;
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

  /** The whole stream as it is now, or only its head when it still is the version that is known. */
  async readUnlessKnown(
    key: Required<ObjectKey>,
    known: bigint,
  ): Promise<{ head: StreamHead; rows: StreamRows | undefined } | undefined> {
    const [row] = await this.sql.query(
      `SELECT ${wholeStreamColumns(isCurrent, 'h.valid_from <> $3')} FROM image_stream_version h
        WHERE h.namespace = $1 AND h.name = $2 AND h.valid_to = ${FOREVER}`,
      [key.namespace, key.name, String(known)],
    );
    if (!row) return undefined;
    const head = headOf(row);
    return { head, rows: head.position === known ? undefined : streamOf(row) };
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

  /** The stream and these tags of it, in one round trip; other writers of the stream wait until the transaction ends. */
  async lock(key: ObjectKey, tx: ChangeTransaction, tags: readonly string[] = []): Promise<LockedStream> {
    const values = [key.namespace, key.name];
    const ofTags = tags.length > 0 ? [tagRows(UID_OF_KEY, '$3'), newestEvents(UID_OF_KEY, '$3'), FOLLOWERS] : [];
    for (;;) {
      const [locked, heads, rows = [], events = [], followers = []] = await tx.queryAll([
        { text: 'SELECT 1 FROM image_stream WHERE namespace = $1 AND name = $2 FOR UPDATE', values },
        { text: currentHead.text, values },
        ...ofTags.map((text) => ({ text, values: [...values, tags] })),
      ]);
      const head = heads?.[0];
      // Deleted while we waited for it, and made anew before we read it: that one is not locked yet.
      if (head && locked?.length === 0) continue;
      return {
        head: head && headOf(head),
        tags: tagStates(rows as unknown as TagRow[], events as unknown as RawEvent[]),
        followers: followersByTag(tags, followers as unknown as { tag: string; follows: string }[]),
      };
    }
  }

  /** Tags by name, each with its newest history entry; unknown names are left out. */
  async tags(uid: string, names: readonly string[], on: SqlRunner = this.sql): Promise<TagState[]> {
    const values = [uid, names];
    const [rows, events] = await Promise.all([
      on.query<TagRow>(tagRows('$1', '$2'), values),
      on.query<RawEvent>(newestEvents('$1', '$2'), values),
    ]);
    return tagStates(rows, events);
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

  /** Tags whose history names the image. */
  async tagsNaming(uid: string, image: string, on: SqlRunner = this.sql): Promise<string[]> {
    const rows = await on.query<{ tag: string }>(
      `SELECT DISTINCT tag FROM tag_event_version WHERE stream_uid = $1 AND image = $2 AND valid_to = ${FOREVER} ORDER BY tag`,
      [uid, image],
    );
    return rows.map((row) => row.tag);
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

/** The stream named by `$1` and `$2`. */
const UID_OF_KEY = '(SELECT uid FROM image_stream WHERE namespace = $1 AND name = $2)';

function tagRows(uid: string, names: string): string {
  return `SELECT tag, spec, conditions FROM stream_tag_version
    WHERE stream_uid = ${uid} AND tag = ANY(${names}::text[]) AND valid_to = ${FOREVER}`;
}

function newestEvents(uid: string, names: string): string {
  return `SELECT ${EVENT_COLUMNS} FROM unnest(${names}::text[]) wanted CROSS JOIN LATERAL (
    SELECT * FROM tag_event_version
     WHERE stream_uid = ${uid} AND tag = wanted AND valid_to = ${FOREVER} ORDER BY seq DESC LIMIT 1) e`;
}

const FOLLOWERS = `SELECT tag, follows FROM stream_tag_version
  WHERE stream_uid = ${UID_OF_KEY} AND follows = ANY($3::text[]) AND valid_to = ${FOREVER} ORDER BY tag`;

function tagStates(rows: readonly TagRow[], events: readonly RawEvent[]): TagState[] {
  const newest = new Map(events.map((event) => [event.tag, storedEvent(event)]));
  return rows.map((row) => ({ ...row, newest: newest.get(row.tag) }));
}

function followersByTag(
  tags: readonly string[],
  rows: readonly { tag: string; follows: string }[],
): ReadonlyMap<string, string[]> {
  const followers = new Map<string, string[]>(tags.map((tag) => [tag, []]));
  for (const { tag, follows } of rows) followers.get(follows)?.push(tag);
  return followers;
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
