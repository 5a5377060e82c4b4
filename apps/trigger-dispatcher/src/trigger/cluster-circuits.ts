import { Injectable } from '@nestjs/common';
import { ApiError } from '@faktorz/apimachinery';
import { Database, Wakeups } from '@faktorz/persistence';
import { ClusterUnreachable, ClusterUnusable } from '../cluster/cluster-client.js';
import { FAILURES_TO_OPEN } from './claim-objects.js';
import { TRIGGERS_CHANNEL } from './index-lock.js';

const LONGEST_PAUSE_SECONDS = 30;
/** Answers that speak of the server and not of the object. */
const SERVER_TROUBLE = new Set([401, 408, 429, 502, 503, 504]);

/** Does the failure say that the whole cluster is away, has too much to do, or does not let us in? */
export function isClusterTrouble(error: unknown): boolean {
  if (error instanceof ClusterUnreachable || error instanceof ClusterUnusable) return true;
  return error instanceof ApiError && SERVER_TROUBLE.has(error.code);
}

/**
 * The circuit breaker of each cluster, shared by all replicas: after some failures in a row a cluster is left alone for a
 * while, a longer one each time; then it is asked with one object, until that goes well.
 */
@Injectable()
export class ClusterCircuits {
  constructor(
    private readonly database: Database,
    private readonly wakeups: Wakeups,
  ) {}

  async noteFailure(cluster: string, reason: string): Promise<void> {
    await this.database.query(
      `INSERT INTO cluster_circuit AS circuit (cluster, failures, retry_at, reason) VALUES ($1, 1, now(), $2)
        ON CONFLICT (cluster) DO UPDATE SET reason = $2, failures = least(circuit.failures + 1, 1000),
               retry_at = now() + make_interval(secs => least($4, 0.5 * 2 ^ least(circuit.failures + 1 - $3, 10)))
         -- What was already under way when the circuit opened counts once.
         WHERE circuit.failures < $3 OR circuit.retry_at <= now()`,
      [cluster, reason, FAILURES_TO_OPEN, LONGEST_PAUSE_SECONDS],
    );
  }

  /** The cluster takes writes: what waits because it failed is due at once. */
  async close(cluster: string): Promise<void> {
    const closed = await this.database.query('DELETE FROM cluster_circuit WHERE cluster = $1 RETURNING 1', [cluster]);
    if (closed.length === 0) return;
    // Nobody who holds several lanes waits for one: locked ones are passed over, and come when their time does.
    await this.database.query(
      `UPDATE trigger_lane SET due_at = now() WHERE target_id = ANY (ARRAY(
         SELECT target_id FROM trigger_lane
          WHERE cluster = $1 AND claim_token IS NULL AND failures > 0 AND due_at > now() FOR UPDATE SKIP LOCKED))`,
      [cluster],
    );
    this.wakeups.notify(TRIGGERS_CHANNEL);
  }
}
