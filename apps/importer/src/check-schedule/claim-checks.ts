import { randomUUID } from 'node:crypto';
import type { SqlStatement } from '@faktorz/persistence';

export interface CheckClaim {
  /** At most so many in all. */
  limit: number;
  /** At most so many of each registry, less those that `running` has. */
  perRegistry: number;
  /** Checks this process has under way, by registry. */
  running: ReadonlyMap<string, number>;
  leaseSeconds: number;
}

/** Checks under way count against what a registry said is left: each is one request that it may not have counted yet. */
const UNDER_WAY = `(SELECT count(*) FROM check_schedule busy WHERE busy.registry = a.registry AND busy.account = a.account
    AND busy.due_at <= now() AND busy.claimed_until >= now())`;

/**
 * What an account allows to be asked now: nothing while it rests; one request to see how things stand, after a series of
 * failures and when what was left of a limit is no longer known; else what is left beyond the reserve.
 */
const ALLOWED = `CASE WHEN a.failures >= 3 OR a.remaining_until <= now() THEN 1 - ${UNDER_WAY}
    WHEN a.remaining IS NOT NULL
    THEN a.remaining - GREATEST(1, ceil(coalesce(a.limit_requests, 0) * 0.1)) - ${UNDER_WAY}
    ELSE 2147483647 END`;

const IS_FREE = '(s.claimed_until IS NULL OR s.claimed_until < now())';
const RESTS_NOT = '(a.back_off_until IS NULL OR a.back_off_until <= now())';

/** Is there anything to claim at all? Asked often, so it is cheap. */
export const ANY_CHECK_DUE = `SELECT 1 FROM registry_account a WHERE ${RESTS_NOT} AND EXISTS (
    SELECT 1 FROM check_schedule s WHERE s.registry = a.registry AND s.account = a.account AND s.due_at <= now() AND ${IS_FREE}) LIMIT 1`;

const CLAIM = `WITH open AS MATERIALIZED (
    SELECT a.registry, a.account, LEAST($1::int - coalesce(p.running, 0), ${ALLOWED}) AS room
    FROM registry_account a LEFT JOIN unnest($2::text[], $3::int[]) AS p (registry, running) ON p.registry = a.registry
    WHERE ${RESTS_NOT}
  ), candidate AS MATERIALIZED (
    SELECT due.*, open.registry, row_number() OVER (PARTITION BY open.registry ORDER BY due.due_at) + coalesce(p.running, 0) AS nth
    FROM open LEFT JOIN unnest($2::text[], $3::int[]) AS p (registry, running) ON p.registry = open.registry
    CROSS JOIN LATERAL (
      SELECT s.namespace, s.stream, s.tag, s.due_at FROM check_schedule s
      WHERE s.registry = open.registry AND s.account = open.account AND s.due_at <= now() AND ${IS_FREE}
      ORDER BY s.due_at LIMIT GREATEST(open.room, 0) FOR UPDATE OF s SKIP LOCKED) due
  ), chosen AS MATERIALIZED (
    SELECT namespace, stream, tag FROM candidate WHERE nth <= $1::int ORDER BY due_at LIMIT $4
  )
  UPDATE check_schedule work SET claim_token = $5::uuid, claimed_until = now() + make_interval(secs => $6)
  FROM chosen WHERE work.namespace = chosen.namespace AND work.stream = chosen.stream AND work.tag = chosen.tag
  RETURNING work.*`;

/**
 * Claims checks that are due, longest due first, passing over those that others hold: of each registry only as many as
 * it has places in this process, so that a slow one takes none from the others, and of each account only what its
 * registry allows.
 */
export function claimStatement({ limit, perRegistry, running, leaseSeconds }: CheckClaim): SqlStatement {
  const values = [perRegistry, [...running.keys()], [...running.values()], limit, randomUUID(), leaseSeconds];
  return { text: CLAIM, values };
}
