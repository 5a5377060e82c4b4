import { Injectable } from '@nestjs/common';
import { type ChangeTransaction, Database } from '@faktorz/persistence';
import { type FiredRecord, noteFailure, writeOutcomes } from '../ledger/write-outcomes.js';
import type { Outcome } from '../ledger/outcome.js';
import { type ClaimedObject, claimStatements } from './claim-objects.js';
import { TRIGGERS_CHANNEL } from './index-lock.js';
import type { NamedTags } from './named-tags.js';
import type { ObjectState } from './triggered-object.js';

/** An object that was looked at, as far as it is known to be now, and what came of its changes. */
export interface FinishedObject {
  row: ClaimedObject;
  outcomes: readonly Outcome[];
  /** Tags it names that do not exist. */
  missing: readonly string[];
  /** As of this version it needs nothing; what it was then, unless that is not known. */
  version: string;
  seen?: NamedTags & { state: ObjectState };
}

/** Which objects are to be looked at, and who looks at them. A lane is locked before the rows of the ledger. */
@Injectable()
export class TriggerLaneStore {
  constructor(private readonly database: Database) {}

  /** Takes up to `limit` objects whose turn it is. */
  claim(limit: number): Promise<ClaimedObject[]> {
    return this.database.withConnection(async (connection) => {
      const work = [{ text: 'BEGIN', values: [] }, ...claimStatements(limit), { text: 'COMMIT', values: [] }];
      try {
        const [, , rows] = await connection.queryAll(work);
        return (rows ?? []) as unknown as ClaimedObject[];
      } catch (error) {
        await connection.query('ROLLBACK').catch(() => undefined);
        throw error;
      }
    });
  }

  /** Keeps the claims of these tokens. */
  async extend(tokens: readonly string[], leaseSeconds: number): Promise<void> {
    await this.database.query(
      'UPDATE trigger_lane SET due_at = now() + make_interval(secs => $2) WHERE claim_token = ANY($1::uuid[])',
      [tokens, leaseSeconds],
    );
  }

  /** Is the object still ours? Asked after reading it and before writing it, so that nobody who was replaced writes. */
  async isHeld({ id, claim_token }: ClaimedObject): Promise<boolean> {
    const held = await this.database.query('SELECT 1 FROM trigger_lane WHERE target_id = $1 AND claim_token = $2', [
      id,
      claim_token,
    ]);
    return held.length > 0;
  }

  /**
   * Locks the lanes of objects that are still ours and returns those objects. `alone`: one object, whose locks are waited for;
   * of several, those are passed over that somebody else has locked.
   */
  async hold(
    tx: ChangeTransaction,
    objects: readonly FinishedObject[],
    alone: boolean,
  ): Promise<readonly FinishedObject[]> {
    const held = await tx.query<{ target_id: string }>(
      `SELECT lane.target_id FROM trigger_target target
         JOIN trigger_lane lane ON lane.target_id = target.id
         JOIN unnest($1::bigint[], $2::uuid[]) AS mine (id, token) ON lane.target_id = mine.id AND lane.claim_token = mine.token
        ORDER BY target.id FOR UPDATE OF target, lane ${alone ? '' : 'SKIP LOCKED'}`,
      [objects.map(({ row }) => row.id), objects.map(({ row }) => row.claim_token)],
    );
    const ids = new Set(held.map((row) => row.target_id));
    return objects.filter(({ row }) => ids.has(row.id));
  }

  /** Ends the runs of objects that are held; a reason to look that came meanwhile has them looked at again. */
  async finish(tx: ChangeTransaction, objects: readonly FinishedObject[]): Promise<FiredRecord[]> {
    const values = [JSON.stringify(objects.map(asEnd))];
    const [fired, , goingOn] = await tx.queryAll([
      writeOutcomes(objects.map(({ row, outcomes }) => ({ targetId: row.id, outcomes }))),
      { text: NOTE_MISSING, values: [JSON.stringify(objects.flatMap(missingOf))] },
      { text: END_RUNS, values },
      { text: KEEP_STATES, values },
    ]);
    if (goingOn && goingOn.length > 0) tx.wake(TRIGGERS_CHANNEL);
    return (fired ?? []) as unknown as FiredRecord[];
  }

  /** Writes outcomes of an object while its run goes on; undefined when it is no longer ours. */
  async settle(
    tx: ChangeTransaction,
    row: ClaimedObject,
    outcomes: readonly Outcome[],
  ): Promise<FiredRecord[] | undefined> {
    const held = await tx.query('SELECT 1 FROM trigger_lane WHERE target_id = $1 AND claim_token = $2 FOR UPDATE', [
      row.id,
      row.claim_token,
    ]);
    if (held.length === 0) return undefined;
    const { text, values } = writeOutcomes([{ targetId: row.id, outcomes }]);
    return tx.query<FiredRecord>(text, values);
  }

  /** Gives an object back, to be looked at again at once, or after a while if nothing wakes it before. */
  async release({ id, claim_token }: ClaimedObject, seconds = 0): Promise<void> {
    await this.database.query(
      `UPDATE trigger_lane SET claim_token = NULL, due_at = now() + make_interval(secs => $3)
        WHERE target_id = $1 AND claim_token = $2`,
      [id, claim_token, seconds],
    );
  }

  /** Ends a run that failed: the object is tried again after a while. */
  async postpone(tx: ChangeTransaction, row: ClaimedObject, message: string, seconds: number): Promise<void> {
    const held = await tx.query(
      `UPDATE trigger_lane SET claim_token = NULL, failures = failures + 1,
              due_at = now() + make_interval(secs => $3), turn = now() + make_interval(secs => $3)
        WHERE target_id = $1 AND claim_token = $2 RETURNING 1`,
      [row.id, row.claim_token, seconds],
    );
    if (held.length > 0) await noteFailure(tx, row.id, message, seconds);
  }
}

function asEnd({ row, version, seen }: FinishedObject): object {
  const isSameNotation = seen && isSame(seen.tags, row.tags) && isSame(seen.paused_tags, row.paused_tags);
  // Where it names other tags now, the watch will tell so.
  return { id: row.id, wanted: row.wanted, version, state: isSameNotation ? seen.state : null };
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((tag, index) => tag === others[index]);
}

function missingOf({ row, missing }: FinishedObject): object[] {
  const { id: target_id, cluster, resource, namespace, name, uid } = row;
  return missing.map((tag) => ({ target_id, cluster, resource, namespace, name, uid, tag }));
}

const ENDS = `ended AS (SELECT * FROM jsonb_to_recordset($1::jsonb) AS ended (id bigint, wanted bigint, version bigint, state jsonb))`;

const END_RUNS = `WITH ${ENDS}, done AS (
    DELETE FROM trigger_lane lane USING ended JOIN trigger_target target ON target.id = ended.id
     WHERE lane.target_id = ended.id AND lane.wanted = ended.wanted AND target.version <= ended.version
    RETURNING lane.target_id
  )
  UPDATE trigger_lane lane SET claim_token = NULL, failures = 0, due_at = now(), turn = now()
    FROM ended WHERE lane.target_id = ended.id AND NOT EXISTS (SELECT FROM done WHERE done.target_id = ended.id) RETURNING 1`;

const KEEP_STATES = `WITH ${ENDS}
  UPDATE trigger_target target SET version = ended.version, state = ended.state
    FROM ended WHERE target.id = ended.id AND target.version < ended.version AND ended.state IS NOT NULL`;

const NOTE_MISSING = `INSERT INTO trigger_record
    (target_id, cluster, resource, namespace, name, uid, tag, position, phase, reason, message, finished_at)
  SELECT target_id, cluster, resource, namespace, name, uid, tag, 0, 'Skipped', 'TagMissing',
         'the tag does not exist, or has never pointed at an image', now()
    FROM jsonb_to_recordset($1::jsonb) AS missing
      (target_id bigint, cluster text, resource text, namespace text, name text, uid text, tag text)
  ON CONFLICT (target_id, tag, position) DO NOTHING`;
