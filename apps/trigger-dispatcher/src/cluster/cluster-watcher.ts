import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { type Claimed, Database, DocumentStorage, holdingClaim, Wakeups, Worker } from '@faktorz/persistence';
import { triggerTargets } from '../targets/index.js';
import { resourceOf } from '../targets/target.js';
import { TriggerTargetStore } from '../trigger/trigger-target.store.js';
import { CLUSTER_STORAGE } from '../trigger-dispatcher.tokens.js';
import { ClusterSession } from './cluster-session.js';
import type { ClusterFindings } from './cluster-status.js';
import { ClusterStatusWriter } from './cluster-status.writer.js';
import {
  CLUSTERS_CHANNEL,
  type ClusterWatchRow,
  ClusterWatchStore,
  WATCH_LEASE_SECONDS,
} from './cluster-watch.store.js';
import type { Cluster } from './cluster.js';
import { Clusters } from './clusters.js';
import { OWN_STORE } from './own-store.js';

/** Clusters watched by one process at a time: each costs a few idle connections. */
const MOST_CLUSTERS = 1_000;

/** Watches the triggered objects of every cluster, our own store included; each cluster is watched by one replica. */
@Injectable()
export class ClusterWatcher implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly worker: Worker<Claimed<ClusterWatchRow>>;

  constructor(
    wakeups: Wakeups,
    private readonly database: Database,
    private readonly watches: ClusterWatchStore,
    private readonly clusters: Clusters,
    private readonly targets: TriggerTargetStore,
    private readonly status: ClusterStatusWriter,
    @Inject(CLUSTER_STORAGE) private readonly storage: DocumentStorage<Cluster>,
  ) {
    this.worker = new Worker({
      name: 'cluster watches',
      concurrency: MOST_CLUSTERS,
      wakeups,
      channel: CLUSTERS_CHANNEL,
      claim: (limit) => watches.claim(limit),
      run: (row, stopped) => this.hold(row, stopped),
    });
  }

  onApplicationBootstrap(): void {
    this.worker.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.worker.stop();
  }

  private async hold(row: Claimed<ClusterWatchRow>, stopped: AbortSignal): Promise<void> {
    try {
      await holdingClaim(this.database, this.watches.work, row, WATCH_LEASE_SECONDS, (lost) =>
        this.watch(row, AbortSignal.any([stopped, lost])),
      );
    } finally {
      await this.watches.release(row);
      this.worker.look();
    }
  }

  private async watch({ cluster, claim_token: claim }: Claimed<ClusterWatchRow>, signal: AbortSignal): Promise<void> {
    const object = cluster === OWN_STORE ? undefined : await this.storage.get({ name: cluster });
    const session = new ClusterSession({
      cluster,
      claim,
      namespaces: object?.spec.namespaces ?? [],
      kinds: triggerTargets.filter((target) => isWatched(object, resourceOf(target))),
      targets: this.targets,
      client: () => this.clusters.client(cluster),
      onRefused: () => this.clusters.doubt(cluster),
      onFindings: (findings) => this.tell(cluster, findings),
    });
    await session.run(signal);
  }

  private async tell(cluster: string, findings: ClusterFindings): Promise<void> {
    if (cluster === OWN_STORE) return;
    // Asked for here too, so that changed credentials reach watches that would go on with the old ones.
    const connection = await this.clusters.connection(cluster).catch(() => undefined);
    await this.status.write(cluster, { ...findings, connection });
  }
}

/** Are objects of a resource watched? All are, unless the Cluster names some. */
function isWatched(cluster: Cluster | undefined, resource: string): boolean {
  const { resources = [] } = cluster?.spec ?? {};
  return resources.length === 0 || resources.includes(resource);
}
