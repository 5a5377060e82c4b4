import { Injectable } from '@nestjs/common';
import { type ChangeTransaction, type Claimed, claimWork, Database } from '@faktorz/persistence';

/** Nudged when a cluster has to be watched, or watched anew. */
export const CLUSTERS_CHANNEL = 'faktorz_trigger_dispatcher_clusters';

/** A cluster to be watched by one process at a time. */
export interface ClusterWatchRow {
  cluster: string;
}

/** How long a changed Cluster, or changed credentials, may go unnoticed. */
export const LOOK_AGAIN_MS = 2_000;

/** More than a commit takes: until then others read what the Cluster said before. */
const COMMIT_MS = 1_000;

/** A process that dies is replaced within this time and a second. */
export const WATCH_LEASE_SECONDS = 6;

/** Which process watches which cluster. */
@Injectable()
export class ClusterWatchStore {
  readonly work = { table: 'cluster_watch', keyColumns: ['cluster'] };

  constructor(private readonly database: Database) {}

  claim(limit: number): Promise<Claimed<ClusterWatchRow>[]> {
    return claimWork<ClusterWatchRow>(this.database, {
      ...this.work,
      where: 'NOT suspended AND not_before <= now()',
      limit,
      leaseSeconds: WATCH_LEASE_SECONDS,
    });
  }

  /** Lets another process go on at once: this one has stopped watching. */
  async release({ cluster, claim_token }: Claimed<ClusterWatchRow>): Promise<void> {
    await this.database.query(
      `UPDATE cluster_watch SET claim_token = NULL, claimed_until = NULL
        WHERE cluster = $1 AND (claim_token IS NULL OR claim_token = $2)`,
      [cluster, claim_token],
    );
  }

  /**
   * Has a cluster watched, anew if it is watched already: the claim is taken away, but nobody else begins before the old
   * holder has let go, or its lease has ended, nor while a process may still go by what the Cluster said before.
   */
  async watch(tx: ChangeTransaction, cluster: string, suspended: boolean): Promise<void> {
    await tx.query(
      `INSERT INTO cluster_watch (cluster, suspended) VALUES ($1, $2)
        ON CONFLICT (cluster) DO UPDATE
        SET suspended = $2, claim_token = NULL, not_before = now() + make_interval(secs => $3)`,
      [cluster, suspended, (LOOK_AGAIN_MS + COMMIT_MS) / 1000],
    );
    tx.wake(CLUSTERS_CHANNEL);
  }

  async forget(tx: ChangeTransaction, cluster: string): Promise<void> {
    await tx.query('DELETE FROM cluster_watch WHERE cluster = $1', [cluster]);
  }
}
