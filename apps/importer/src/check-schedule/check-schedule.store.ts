import { InvalidImageReference, parseImageReference, type DataOf, type ImportRequested } from '@faktorz/domain';
import {
  ChangeLog,
  claimWork,
  Database,
  lockClaim,
  type ChangeTransaction,
  type Claimed,
  type SqlRunner,
} from '@faktorz/persistence';
import { Inject, Injectable } from '@nestjs/common';
import type { ImporterConfig } from '../importer.config.js';
import { IMPORTER_CONFIG } from '../importer.tokens.js';

type Request = DataOf<typeof ImportRequested>;

/** A tag that is looked at from time to time. */
export interface ScheduledCheck {
  namespace: string;
  stream: string;
  tag: string;
  uid: string;
  item: Request['items'][number];
  upstream_digest: string | null;
  failure: string | null;
  failures: number;
  confirmed_at: Date;
}

/** What a check leaves behind. */
export interface CheckOutcome {
  upstreamDigest: string | null;
  /** Absent after a success. */
  failure?: string;
  /** Not before this time, whatever the interval says. */
  restMs?: number;
  isConfirmed: boolean;
}

export const CHECKS_CHANNEL = 'faktorz_importer_checks';

const WORK = { table: 'check_schedule', keyColumns: ['namespace', 'stream', 'tag'] };
const LEASE_SECONDS = 300;
/** A failing tag is looked at ever less often, down to one of so many times. */
const MOST_DOUBLINGS = 4;

/** When which tag is due, and how many checks all replicas may make. */
@Injectable()
export class CheckScheduleStore {
  constructor(
    private readonly database: Database,
    private readonly log: ChangeLog,
    @Inject(IMPORTER_CONFIG) private readonly config: ImporterConfig,
  ) {}

  /** Takes up the scheduled tags of a request, and drops those that are scheduled no longer. */
  async plan(tx: ChangeTransaction, { namespace, stream, uid, items }: Request): Promise<void> {
    if (items.length === 0) return;
    await tx.queryAll(
      items.map((item) =>
        isCheckable(item) ? this.insertion(namespace, stream, uid, item) : deletion(namespace, stream, item.tag),
      ),
    );
  }

  async forgetAll(tx: SqlRunner): Promise<void> {
    await tx.query('DELETE FROM check_schedule');
  }

  async forgetTag(
    tx: SqlRunner,
    { namespace, stream, tag }: { namespace: string; stream: string; tag: string },
  ): Promise<void> {
    const { text, values } = deletion(namespace, stream, tag);
    await tx.query(text, values);
  }

  async forgetStream(
    tx: SqlRunner,
    { namespace, stream, uid }: { namespace: string; stream: string; uid: string },
  ): Promise<void> {
    await tx.query('DELETE FROM check_schedule WHERE namespace = $1 AND stream = $2 AND uid = $3', [
      namespace,
      stream,
      uid,
    ]);
  }

  /** Claims tags that are due, as many as the budget of all replicas allows. */
  async claim(limit: number): Promise<Claimed<ScheduledCheck>[]> {
    const [due] = await this.database.query(
      'SELECT 1 FROM check_schedule WHERE due_at <= now() AND (claimed_until IS NULL OR claimed_until < now()) LIMIT 1',
    );
    if (!due) return [];
    return this.log.transaction(async (tx) => {
      const allowed = await this.budget(tx, limit);
      if (allowed === 0) return [];
      const claimed = await claimWork<ScheduledCheck>(tx, {
        ...WORK,
        where: 'due_at <= now()',
        orderBy: 'due_at',
        limit: allowed,
        leaseSeconds: LEASE_SECONDS,
      });
      await tx.query('UPDATE check_budget SET tokens = tokens - $1', [claimed.length]);
      return claimed;
    });
  }

  /** Locks the check if it is still ours. */
  holds(tx: SqlRunner, check: Claimed<ScheduledCheck>): Promise<boolean> {
    return lockClaim(tx, WORK, check);
  }

  /** Writes what came of a check, and when the next one is due. */
  async finish(runner: SqlRunner, check: Claimed<ScheduledCheck>, outcome: CheckOutcome): Promise<void> {
    const failures = outcome.failure === undefined ? 0 : Math.min(check.failures + 1, MOST_DOUBLINGS);
    const restSeconds = Math.max(this.intervalSeconds() * 2 ** failures, (outcome.restMs ?? 0) / 1000);
    await runner.query(
      `UPDATE check_schedule SET upstream_digest = $5, failure = $6, failures = $7,
         confirmed_at = CASE WHEN $8 THEN now() ELSE confirmed_at END,
         due_at = now() + make_interval(secs => $9), claim_token = NULL, claimed_until = NULL
       WHERE namespace = $1 AND stream = $2 AND tag = $3 AND claim_token = $4`,
      [
        check.namespace,
        check.stream,
        check.tag,
        check.claim_token,
        outcome.upstreamDigest,
        outcome.failure ?? null,
        failures,
        outcome.isConfirmed,
        restSeconds,
      ],
    );
  }

  /** Nobody is to blame for this one: the next try comes after so many seconds. */
  async postpone(check: Claimed<ScheduledCheck>, seconds: number): Promise<void> {
    await this.database.query(
      `UPDATE check_schedule SET due_at = now() + make_interval(secs => $5), claim_token = NULL, claimed_until = NULL
       WHERE namespace = $1 AND stream = $2 AND tag = $3 AND claim_token = $4`,
      [check.namespace, check.stream, check.tag, check.claim_token, seconds],
    );
  }

  private insertion(namespace: string, stream: string, uid: string, item: Request['items'][number]) {
    return {
      text: `INSERT INTO check_schedule AS old (namespace, stream, tag, uid, item, due_at)
         VALUES ($1, $2, $3, $4, $5, now() + make_interval(secs => $6))
         ON CONFLICT (namespace, stream, tag) DO UPDATE
         SET uid = excluded.uid, item = excluded.item, failure = NULL, failures = 0, confirmed_at = now(), due_at = excluded.due_at,
             claim_token = NULL, claimed_until = NULL,
             upstream_digest = CASE WHEN old.uid = excluded.uid AND (old.item->>'from') = (excluded.item->>'from')
               AND (old.item->'importPolicy'->>'importMode') IS NOT DISTINCT FROM (excluded.item->'importPolicy'->>'importMode')
               AND (old.item->>'platform') IS NOT DISTINCT FROM (excluded.item->>'platform')
               THEN old.upstream_digest END`,
      values: [namespace, stream, item.tag, uid, JSON.stringify(item), this.intervalSeconds()],
    };
  }

  /** Tags made together would always be due together: each rests a little more or less than the interval. */
  private intervalSeconds(): number {
    return this.config.FAKTORZ_IMPORTER_CHECK_INTERVAL_SECONDS * (0.95 + Math.random() * 0.1);
  }

  /** Refills the common budget, locks it until the transaction ends, and tells how much of `limit` it allows. */
  private async budget(tx: SqlRunner, limit: number): Promise<number> {
    const perMinute = this.config.FAKTORZ_IMPORTER_MAX_CHECKS_PER_MINUTE;
    if (perMinute <= 0) return limit;
    const burst = Math.max(1, perMinute / 6);
    const [row] = await tx.query<{ tokens: number }>(
      `UPDATE check_budget SET refilled_at = now(),
         tokens = LEAST($1::float8, GREATEST(tokens, 0) + extract(epoch FROM now() - refilled_at) * $2::float8)
       RETURNING tokens`,
      [burst, perMinute / 60],
    );
    return Math.min(limit, Math.floor(row?.tokens ?? 0));
  }
}

function deletion(namespace: string, stream: string, tag: string) {
  return {
    text: 'DELETE FROM check_schedule WHERE namespace = $1 AND stream = $2 AND tag = $3',
    values: [namespace, stream, tag],
  };
}

/** A digest never changes, so there is nothing to look for. */
function isCheckable(item: Request['items'][number]): boolean {
  if (!item.importPolicy.scheduled) return false;
  try {
    return parseImageReference(item.from).id === '';
  } catch (error) {
    if (error instanceof InvalidImageReference) return false;
    throw error;
  }
}
