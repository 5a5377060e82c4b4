import pg from 'pg';
import type { Database } from '../database/database.js';

/** What is kept: rows younger than this, and this many rows, whichever is more. */
export interface Retention {
  olderThanDays: number;
  keepRows: number;
}

const ROWS_PER_STEP = 20_000;

/** Trims in steps of bounded size, each in one statement; returns the floor it reached. */
export async function trimLog(database: Database, retention: Retention, versionTables: string[]): Promise<bigint> {
  for (;;) {
    const { floor, removed } = await trimStep(database, retention);
    if (removed < ROWS_PER_STEP) {
      for (const table of versionTables) await trimVersions(database, table, floor);
      return floor;
    }
  }
}

async function trimStep(database: Database, retention: Retention): Promise<{ floor: bigint; removed: number }> {
  const [row] = await database.query<{ floor: string; removed: string }>(
    `WITH old AS (
       SELECT position, event IS NOT NULL AS is_event FROM change_log
       WHERE position <= (SELECT position FROM change_counter) - $2::bigint
         AND recorded_at < now() - make_interval(secs => $1)
       ORDER BY position LIMIT $3
     ), reached AS (
       SELECT max(position) AS floor, max(position) FILTER (WHERE is_event) AS event_floor FROM old
     ), gone AS (
       DELETE FROM change_log l USING reached r WHERE l.position <= r.floor RETURNING 1
     ), marked AS (
       UPDATE change_counter c
       SET floor = greatest(c.floor, r.floor), event_floor = greatest(c.event_floor, r.event_floor)
       FROM reached r WHERE r.floor IS NOT NULL RETURNING c.floor
     )
     SELECT coalesce((SELECT floor FROM marked), (SELECT floor FROM change_counter)) AS floor,
       (SELECT count(*) FROM gone) AS removed`,
    [retention.olderThanDays * 86_400, retention.keepRows, ROWS_PER_STEP],
  );
  return { floor: BigInt(row?.floor ?? 0), removed: Number(row?.removed ?? 0) };
}

/** Versions that ended at or before the floor are visible at no position that can still be asked for. */
async function trimVersions(database: Database, table: string, floor: bigint): Promise<void> {
  const name = pg.escapeIdentifier(table);
  for (;;) {
    const removed = await database.query(
      `DELETE FROM ${name} WHERE ctid = ANY(ARRAY(SELECT ctid FROM ${name} WHERE valid_to <= $1 LIMIT ${ROWS_PER_STEP}))
       RETURNING 1`,
      [floor],
    );
    if (removed.length < ROWS_PER_STEP) return;
  }
}
