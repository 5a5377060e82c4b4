import type { CountChange } from '@faktorz/domain';
import type { SqlRunner } from '@faktorz/persistence';
import { Injectable } from '@nestjs/common';
import { FOREVER, type StreamHead } from '../image-stream/stream-rows.js';
import type { ReferenceChange } from './reference-change.js';

/** Written as `sourceOf` writes it. */
const SOURCE = `concat_ws(' ', spec->'from'->>'kind', coalesce(nullif(spec->'from'->>'namespace', ''), $2), spec->'from'->>'name')`;

const SOURCES = `
  WITH stored AS (SELECT tag, ${SOURCE} AS source FROM stream_tag_version
    WHERE stream_uid = $1 AND valid_to = ${FOREVER} AND spec->'from'->>'name' IS NOT NULL)
  SELECT (SELECT count(DISTINCT source) FROM stored) AS before,
         (SELECT count(*) FROM (SELECT source FROM stored WHERE tag <> ALL($3::text[])
            UNION SELECT unnest($4::text[])) wanted) AS after`;

const IMAGES = `
  WITH stored AS (SELECT tag, seq, image FROM tag_event_version
    WHERE stream_uid = $1 AND valid_to = ${FOREVER} AND image <> '')
  SELECT (SELECT count(DISTINCT image) FROM stored) AS before,
         (SELECT count(*) FROM (SELECT image FROM stored WHERE tag <> ALL($2::text[])
              AND (tag, seq) NOT IN (SELECT * FROM unnest($3::text[], $4::bigint[]))
            UNION SELECT unnest($5::text[])) wanted) AS after`;

/** Counts what limits count. Asked only where there is a limit, and before the change is written. */
@Injectable()
export class StreamUsageStore {
  /** Different sources that the stream's spec tags name. */
  async sources(on: SqlRunner, { uid, namespace }: StreamHead, change: ReferenceChange): Promise<CountChange> {
    const [row] = await on.query(SOURCES, [uid, namespace, change.rewrittenTags, change.sources]);
    return usageOf(row);
  }

  /** Different images in the stream's histories. */
  async images(
    on: SqlRunner,
    { uid }: StreamHead,
    { removedTags, ended, images }: ReferenceChange,
  ): Promise<CountChange> {
    const [row] = await on.query(IMAGES, [
      uid,
      removedTags,
      ended.map(({ tag }) => tag),
      ended.map(({ seq }) => seq),
      images,
    ]);
    return usageOf(row);
  }

  /** Streams of the namespace, and is this one among them? Whoever else makes one there under a quota waits until the transaction ends. */
  async streamsBeside(on: SqlRunner, { namespace, name }: StreamHead): Promise<{ count: number; isThere: boolean }> {
    await on.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`streams of ${namespace}`]);
    const [row] = await on.query<{ count: string; is_there: boolean | null }>(
      'SELECT count(*), bool_or(name = $2) AS is_there FROM image_stream WHERE namespace = $1',
      [namespace, name],
    );
    return { count: Number(row?.count), isThere: row?.is_there ?? false };
  }
}

function usageOf(row: object | undefined): CountChange {
  const { before, after } = row as { before: string; after: string };
  return { before: Number(before), after: Number(after) };
}
