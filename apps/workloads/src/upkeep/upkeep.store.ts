import { type ChangeTransaction, type Claimed, claimWork, Database } from '@faktorz/persistence';
import { Injectable } from '@nestjs/common';
import type { UpkeepKey } from './upkeep.js';

/** Nudged when an object has to be looked at. */
export const UPKEEP_CHANNEL = 'faktorz_workloads_upkeep';

export interface UpkeepRow extends UpkeepKey {
  wanted: string;
  failures: number;
}

export const UPKEEP_WORK = { table: 'upkeep', keyColumns: ['kind', 'namespace', 'name'] };
export const LEASE_SECONDS = 15;
const MOST_WAIT_SECONDS = 30;
const KEY = 'kind = $1 AND namespace = $2 AND name = $3';

/** Which objects have to be looked at: recorded with the change that asks for it. */
@Injectable()
export class UpkeepStore {
  constructor(private readonly database: Database) {}

  async record(tx: ChangeTransaction, { kind, namespace, name }: UpkeepKey): Promise<void> {
    await tx.query(
      `INSERT INTO upkeep (kind, namespace, name) VALUES ($1, $2, $3)
        ON CONFLICT (kind, namespace, name) DO UPDATE SET due_at = now(), wanted = upkeep.wanted + 1`,
      [kind, namespace, name],
    );
    tx.wake(UPKEEP_CHANNEL);
  }

  claim(limit: number): Promise<Claimed<UpkeepRow>[]> {
    return claimWork<UpkeepRow>(this.database, {
      ...UPKEEP_WORK,
      where: 'due_at <= now()',
      orderBy: 'due_at',
      limit,
      leaseSeconds: LEASE_SECONDS,
    });
  }

  /** Ends a run; a reason that came meanwhile has the object looked at again. */
  async finish({ kind, namespace, name, wanted, claim_token }: Claimed<UpkeepRow>): Promise<void> {
    await this.database.query(
      `WITH done AS (DELETE FROM upkeep WHERE ${KEY} AND claim_token = $4 AND wanted = $5 RETURNING 1)
        UPDATE upkeep SET claim_token = NULL, claimed_until = NULL, failures = 0, due_at = now()
        WHERE ${KEY} AND claim_token = $4 AND NOT EXISTS (SELECT 1 FROM done)`,
      [kind, namespace, name, claim_token, wanted],
    );
  }

  /** Ends a run that failed: it is tried again after a while, a longer one each time. */
  async postpone({ kind, namespace, name, failures, claim_token }: Claimed<UpkeepRow>): Promise<void> {
    await this.database.query(
      `UPDATE upkeep SET claim_token = NULL, claimed_until = NULL, failures = failures + 1,
          due_at = now() + make_interval(secs => $5)
        WHERE ${KEY} AND claim_token = $4`,
      [kind, namespace, name, claim_token, Math.min(MOST_WAIT_SECONDS, 2 ** Math.min(failures, 5))],
    );
  }
}
