import { Database, type SqlRunner } from '@faktorz/persistence';
import { Injectable } from '@nestjs/common';
import type { AccountKey } from './account-key.js';
import type { Allowance } from './allowance.js';

/** What one process has used of an account since it last told. */
export interface AccountUse extends AccountKey {
  requests: number;
  allowance?: Allowance;
}

export type BackOffReason = 'refused' | 'trouble' | 'scarce';

/** How an account stands, for all replicas. */
export interface AccountState extends AccountKey {
  failures: number;
  back_off_until: Date | null;
  back_off_reason: BackOffReason | null;
}

/** An account as it is shown. */
export interface AccountRow extends AccountState {
  spent: string;
  spent_since: Date;
  limit_requests: number | null;
  window_seconds: number | null;
  /** Null when it is no longer believed. */
  remaining: number | null;
  last_error: string | null;
  last_error_at: Date | null;
  used_at: Date;
  tags: string;
  next_due: Date | null;
}

const FIRST_BACK_OFF_SECONDS = 30;
/** Unless the registry itself names a longer time. */
const LONGEST_BACK_OFF_SECONDS = 900;
/** Failures of requests that were under way together count as one. */
const ONE_FAILURE = `interval '5 seconds'`;
/** Requests are counted for so long when the registry tells no window. */
const COUNTED_SECONDS = 3600;
const KEPT_UNUSED = '7 days';

const ROWS = `SELECT a.registry, a.account, a.spent, a.spent_since, a.limit_requests, a.window_seconds, a.failures,
    CASE WHEN a.remaining_until > now() THEN a.remaining END AS remaining,
    CASE WHEN a.back_off_until > now() THEN a.back_off_until END AS back_off_until,
    CASE WHEN a.back_off_until > now() THEN a.back_off_reason END AS back_off_reason,
    a.last_error, a.last_error_at, a.used_at, scheduled.*
  FROM registry_account a CROSS JOIN LATERAL (
    SELECT count(*) AS tags, min(due_at) AS next_due FROM check_schedule s
    WHERE s.registry = a.registry AND s.account = a.account) scheduled
  WHERE (a.account <> '*' OR tags > 0)`;

/** A window that is over begins anew. */
const IS_OVER = `a.spent_since < now() - make_interval(secs => coalesce(a.window_seconds, ${COUNTED_SECONDS}))`;
/** Replicas tell in any order what they were told: of a few seconds, the lowest is the newest. */
const IS_OVERTAKEN = `(excluded.remaining IS NULL
    OR (a.told_at > now() - interval '5 seconds' AND a.remaining < excluded.remaining))`;
/** Nothing else shortens, lengthens or renames the time for which a registry wants to be left alone. */
const IS_REFUSED = `(a.back_off_until > now() AND a.back_off_reason = 'refused') IS TRUE`;
const RECORD = `INSERT INTO registry_account AS a (registry, account, spent, limit_requests, window_seconds,
      remaining, remaining_until, told_at, back_off_until, back_off_reason)
    SELECT registry, account, requests, limit_requests, window_seconds, remaining, now() + make_interval(secs => believed),
      CASE WHEN remaining IS NOT NULL THEN now() END,
      now() + make_interval(secs => rest), CASE WHEN rest IS NOT NULL THEN 'scarce' END
    FROM unnest($1::text[], $2::text[], $3::int[], $4::int[], $5::int[], $6::int[], $7::float8[], $8::float8[])
      AS use (registry, account, requests, limit_requests, window_seconds, remaining, believed, rest)
    ORDER BY registry, account
  ON CONFLICT (registry, account) DO UPDATE SET
    spent = excluded.spent + CASE WHEN ${IS_OVER} THEN 0 ELSE a.spent END,
    spent_since = CASE WHEN ${IS_OVER} THEN now() ELSE a.spent_since END,
    limit_requests = coalesce(excluded.limit_requests, a.limit_requests),
    window_seconds = coalesce(excluded.window_seconds, a.window_seconds),
    remaining = CASE WHEN ${IS_OVERTAKEN} THEN a.remaining ELSE excluded.remaining END,
    told_at = CASE WHEN ${IS_OVERTAKEN} THEN a.told_at ELSE excluded.told_at END,
    remaining_until = coalesce(excluded.remaining_until, a.remaining_until),
    back_off_until = CASE WHEN ${IS_REFUSED}
      THEN a.back_off_until ELSE GREATEST(a.back_off_until, excluded.back_off_until) END,
    back_off_reason = CASE WHEN NOT (${IS_REFUSED}) AND excluded.back_off_until > coalesce(a.back_off_until, '-infinity')
      THEN 'scarce' ELSE a.back_off_reason END,
    used_at = now()
  RETURNING registry, account, failures, back_off_until, back_off_reason`;

/** The accounts registries count our requests to, and what they allow them. */
@Injectable()
export class RegistryAccountStore {
  constructor(private readonly database: Database) {}

  /** Makes sure that the account is known, for tags to name it. */
  async ensure({ registry, account }: AccountKey, runner: SqlRunner = this.database): Promise<void> {
    const { text, values } = ensuring({ registry, account });
    await runner.query(text, values);
  }

  /** Adds what was used, and returns how the accounts stand. */
  async record(uses: readonly AccountUse[]): Promise<AccountState[]> {
    const column = <T>(value: (use: AccountUse) => T): T[] => uses.map(value);
    return this.database.query<AccountState>(RECORD, [
      column(({ registry }) => registry),
      column(({ account }) => account),
      column(({ requests }) => requests),
      column(({ allowance }) => allowance?.limitRequests ?? null),
      column(({ allowance }) => allowance?.windowSeconds ?? null),
      column(({ allowance }) => allowance?.remaining ?? null),
      column(({ allowance }) => allowance?.believedSeconds ?? null),
      column(({ allowance }) => allowance?.restSeconds ?? null),
    ]);
  }

  /** The registry answers again: what was only for its trouble is over. */
  async recovered({ registry, account }: AccountKey): Promise<AccountState | undefined> {
    const [state] = await this.database.query<AccountState>(
      `UPDATE registry_account SET failures = 0,
         back_off_until = CASE WHEN back_off_reason = 'trouble' THEN NULL ELSE back_off_until END
       WHERE registry = $1 AND account = $2
       RETURNING registry, account, failures, back_off_until, back_off_reason`,
      [registry, account],
    );
    return state;
  }

  /**
   * Notes a failure and lets the account rest: after the first when the registry refused, else after the third in a row.
   * It rests as long as the registry asked for; else, and when that did not help, twice as long each time; and always a
   * little longer by chance. Of accounts nobody knows, only refusals are kept.
   */
  async recordFailure(
    key: AccountKey,
    reason: 'refused' | 'trouble',
    error: string,
    toldSeconds = 0,
  ): Promise<AccountState | undefined> {
    const patience = reason === 'refused' ? 1 : 3;
    if (reason === 'refused') await this.ensure(key);
    const [state] = await this.database.query<AccountState>(
      `WITH counted AS (
         SELECT registry, account, failures + (failed_at IS NULL OR failed_at < now() - ${ONE_FAILURE})::int AS failures,
           random() * 0.1 AS jitter
         FROM registry_account WHERE registry = $1 AND account = $2 FOR UPDATE
       )
       UPDATE registry_account a SET
         failures = counted.failures,
         failed_at = CASE WHEN counted.failures > a.failures THEN now() ELSE a.failed_at END,
         back_off_until = CASE WHEN counted.failures >= $3 THEN GREATEST(a.back_off_until, now() + make_interval(secs => (1 + jitter) *
           CASE WHEN $4 > 0 AND counted.failures = $3 THEN $4 ELSE GREATEST($4::float8, LEAST(${LONGEST_BACK_OFF_SECONDS},
             ${FIRST_BACK_OFF_SECONDS} * 2 ^ LEAST(counted.failures - $3, 10))) END))
           ELSE a.back_off_until END,
         back_off_reason = CASE WHEN counted.failures >= $3 AND NOT (${IS_REFUSED}) THEN $5 ELSE a.back_off_reason END,
         last_error = $6, last_error_at = now(), used_at = now()
       FROM counted WHERE a.registry = counted.registry AND a.account = counted.account
       RETURNING a.registry, a.account, a.failures, a.back_off_until, a.back_off_reason`,
      [key.registry, key.account, patience, toldSeconds, reason, error.slice(0, 1000)],
    );
    return state;
  }

  /** All accounts that rest now or have failed lately. */
  unwell(): Promise<AccountState[]> {
    return this.database.query<AccountState>(
      `SELECT registry, account, failures, back_off_until, back_off_reason FROM registry_account
       WHERE back_off_until > now() OR failures > 0`,
    );
  }

  /** All accounts, as they are shown. */
  all(): Promise<AccountRow[]> {
    return this.database.query<AccountRow>(`${ROWS} ORDER BY a.registry, a.account`);
  }

  /** Forgets accounts that were not used for a week and that no tag is checked with. */
  async deleteUnused(): Promise<void> {
    await this.database.query(
      `DELETE FROM registry_account a WHERE used_at < now() - interval '${KEPT_UNUSED}'
         AND NOT EXISTS (SELECT 1 FROM check_schedule s WHERE s.registry = a.registry AND s.account = a.account)`,
    );
  }
}

/** The statement of `ensure`, to be sent together with others. */
export function ensuring({ registry, account }: AccountKey) {
  return {
    text: 'INSERT INTO registry_account (registry, account) VALUES ($1, $2) ON CONFLICT DO NOTHING',
    values: [registry, account],
  };
}
