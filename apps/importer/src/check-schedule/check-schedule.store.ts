import { InvalidImageReference, parseImageReference, type DataOf, type ImportRequested } from '@faktorz/domain';
import {
  ChangeLog,
  Database,
  lockClaim,
  type ChangeTransaction,
  type Claimed,
  type SqlRunner,
} from '@faktorz/persistence';
import { Inject, Injectable } from '@nestjs/common';
import type { ImporterConfig } from '../importer.config.js';
import { IMPORTER_CONFIG } from '../importer.tokens.js';
import { registryOf, UNKNOWN_ACCOUNT, type AccountKey } from '../registry-account/account-key.js';
import { ensuring, RegistryAccountStore } from '../registry-account/registry-account.store.js';
import { ANY_CHECK_DUE, claimStatement, type CheckClaim } from './claim-checks.js';

type Request = DataOf<typeof ImportRequested>;

/** A tag that is looked at from time to time; `registry` and `account` are those that were asked last. */
export interface ScheduledCheck extends AccountKey {
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
  /** Who was asked; absent: nobody. */
  asked?: AccountKey;
}

/** A check that found the digest that was expected. */
export interface UnchangedCheck {
  check: Claimed<ScheduledCheck>;
  isConfirmed: boolean;
}

export const CHECKS_CHANNEL = 'faktorz_importer_checks';

export const CHECK_WORK = { table: 'check_schedule', keyColumns: ['namespace', 'stream', 'tag'] };
/** Extended while the check is under way; one killed with its process is made by another after so long. */
export const CHECK_LEASE_SECONDS = 15;
/** A failing tag is looked at ever less often, down to one of so many times. */
const MOST_DOUBLINGS = 4;
/** Tags rest a little longer by chance, so that those made together part; the interval itself is the least. */
const JITTER = 0.1;
/** The first rest is up to so much longer: imports of a moment are checked over half an interval. */
const FIRST_JITTER = 0.5;

const SAME_SOURCE = `(old.item->>'from') = (excluded.item->>'from')`;

const FINISH_UNCHANGED = `UPDATE check_schedule work SET failures = 0, claim_token = NULL, claimed_until = NULL,
    confirmed_at = CASE WHEN one.confirmed THEN now() ELSE confirmed_at END, due_at = now() + make_interval(secs => one.rest)
  FROM unnest($1::text[], $2::text[], $3::text[], $4::uuid[], $5::boolean[], $6::float8[])
    AS one (namespace, stream, tag, claim_token, confirmed, rest)
  WHERE work.namespace = one.namespace AND work.stream = one.stream AND work.tag = one.tag AND work.claim_token = one.claim_token`;

/** When which tag is due, and how many checks all replicas may make. */
@Injectable()
export class CheckScheduleStore {
  constructor(
    private readonly database: Database,
    private readonly log: ChangeLog,
    private readonly accounts: RegistryAccountStore,
    @Inject(IMPORTER_CONFIG) private readonly config: ImporterConfig,
  ) {}

  /** Takes up the scheduled tags of a request, and drops those that are scheduled no longer. */
  async plan(tx: ChangeTransaction, { namespace, stream, uid, items }: Request): Promise<void> {
    if (items.length === 0) return;
    const registries = new Set(items.filter(isCheckable).map(({ from }) => registryOf(from)));
    await tx.queryAll([
      ...[...registries].sort().map((registry) => ensuring({ registry, account: UNKNOWN_ACCOUNT })),
      ...items.map((item) =>
        isCheckable(item) ? this.insertion(namespace, stream, uid, item) : deletion(namespace, stream, item.tag),
      ),
    ]);
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

  /** Claims tags that are due, as many as the budget of all replicas and the registries' own limits allow. */
  async claim(wanted: Omit<CheckClaim, 'leaseSeconds'>): Promise<Claimed<ScheduledCheck>[]> {
    const [due] = await this.database.query(ANY_CHECK_DUE);
    if (!due) return [];
    return this.log.transaction(async (tx) => {
      const limit = await this.budget(tx, wanted.limit);
      if (limit === 0) return [];
      const { text, values } = claimStatement({ ...wanted, limit, leaseSeconds: CHECK_LEASE_SECONDS });
      const claimed = await tx.query<Claimed<ScheduledCheck>>(text, values);
      if (claimed.length > 0) await tx.query('UPDATE check_budget SET tokens = tokens - $1', [claimed.length]);
      return claimed;
    });
  }

  /** Locks the check if it is still ours. */
  holds(tx: SqlRunner, check: Claimed<ScheduledCheck>): Promise<boolean> {
    return lockClaim(tx, CHECK_WORK, check);
  }

  /** Writes what came of a check, and when the next one is due. */
  async finish(runner: SqlRunner, check: Claimed<ScheduledCheck>, outcome: CheckOutcome): Promise<void> {
    const failures = outcome.failure === undefined ? 0 : Math.min(check.failures + 1, MOST_DOUBLINGS);
    const restSeconds = Math.max(this.intervalSeconds(JITTER) * 2 ** failures, (outcome.restMs ?? 0) / 1000);
    const asked = outcome.asked ?? check;
    if (asked.registry !== check.registry || asked.account !== check.account) await this.accounts.ensure(asked, runner);
    await runner.query(
      `UPDATE check_schedule SET upstream_digest = $5, failure = $6, failures = $7,
         confirmed_at = CASE WHEN $8 THEN now() ELSE confirmed_at END, registry = $10, account = $11,
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
        asked.registry,
        asked.account,
      ],
    );
  }

  /**
   * Writes when unchanged tags are next due, all in one statement that is not waited for by the disk: should the
   * database crash now, they are checked once more.
   */
  async finishUnchanged(unchanged: readonly UnchangedCheck[]): Promise<void> {
    const column = <T>(value: (one: UnchangedCheck) => T): T[] => unchanged.map(value);
    const values = [
      column(({ check }) => check.namespace),
      column(({ check }) => check.stream),
      column(({ check }) => check.tag),
      column(({ check }) => check.claim_token),
      column(({ isConfirmed }) => isConfirmed),
      column(() => this.intervalSeconds(JITTER)),
    ];
    await this.database.withConnection((connection) =>
      connection.queryAll([
        { text: 'BEGIN', values: [] },
        { text: 'SET LOCAL synchronous_commit = off', values: [] },
        { text: FINISH_UNCHANGED, values },
        { text: 'COMMIT', values: [] },
      ]),
    );
  }

  /** Nobody is to blame for this one: the next try comes after so many seconds. `asked`: whom it will ask. */
  async postpone(check: Claimed<ScheduledCheck>, seconds: number, asked: AccountKey = check): Promise<void> {
    if (asked.registry !== check.registry || asked.account !== check.account) await this.accounts.ensure(asked);
    await this.database.query(
      `UPDATE check_schedule SET due_at = now() + make_interval(secs => $5), registry = $6, account = $7,
         claim_token = NULL, claimed_until = NULL
       WHERE namespace = $1 AND stream = $2 AND tag = $3 AND claim_token = $4`,
      [check.namespace, check.stream, check.tag, check.claim_token, seconds, asked.registry, asked.account],
    );
  }

  private insertion(namespace: string, stream: string, uid: string, item: Request['items'][number]) {
    return {
      text: `INSERT INTO check_schedule AS old (namespace, stream, tag, uid, item, due_at, registry)
         VALUES ($1, $2, $3, $4, $5, now() + make_interval(secs => $6), $7)
         ON CONFLICT (namespace, stream, tag) DO UPDATE
         SET uid = excluded.uid, item = excluded.item, failure = NULL, failures = 0, confirmed_at = now(), due_at = excluded.due_at,
             claim_token = NULL, claimed_until = NULL,
             registry = CASE WHEN ${SAME_SOURCE} THEN old.registry ELSE excluded.registry END,
             account = CASE WHEN ${SAME_SOURCE} THEN old.account ELSE excluded.account END,
             upstream_digest = CASE WHEN old.uid = excluded.uid AND ${SAME_SOURCE}
               AND (old.item->'importPolicy'->>'importMode') IS NOT DISTINCT FROM (excluded.item->'importPolicy'->>'importMode')
               AND (old.item->>'platform') IS NOT DISTINCT FROM (excluded.item->>'platform')
               THEN old.upstream_digest END`,
      values: [
        namespace,
        stream,
        item.tag,
        uid,
        JSON.stringify(item),
        this.intervalSeconds(FIRST_JITTER),
        registryOf(item.from),
      ],
    };
  }

  private intervalSeconds(jitter: number): number {
    return this.config.FAKTORZ_IMPORTER_CHECK_INTERVAL_SECONDS * (1 + Math.random() * jitter);
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
