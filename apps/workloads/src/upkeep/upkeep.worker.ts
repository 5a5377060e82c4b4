import { ApiError } from '@faktorz/apimachinery';
import { type Claimed, Database, holdingClaim, Wakeups, Worker } from '@faktorz/persistence';
import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Builds } from '../builds/builds.js';
import { Rollouts } from '../rollout/rollouts.js';
import { LEASE_SECONDS, UPKEEP_CHANNEL, UPKEEP_WORK, type UpkeepRow, UpkeepStore } from './upkeep.store.js';

/** Objects looked at at a time by one process. */
const CONCURRENCY = 8;

/** Rolls out deployment configs, and clears up after what was deleted; replicas share the objects. */
@Injectable()
export class UpkeepWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(UpkeepWorker.name);
  private readonly worker: Worker<Claimed<UpkeepRow>>;

  constructor(
    wakeups: Wakeups,
    private readonly database: Database,
    private readonly upkeep: UpkeepStore,
    private readonly rollouts: Rollouts,
    private readonly builds: Builds,
  ) {
    this.worker = new Worker({
      name: 'upkeep',
      concurrency: CONCURRENCY,
      wakeups,
      channel: UPKEEP_CHANNEL,
      claim: (limit) => upkeep.claim(limit),
      run: (row) => this.run(row),
    });
  }

  onApplicationBootstrap(): void {
    this.worker.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.worker.stop();
  }

  private async run(row: Claimed<UpkeepRow>): Promise<void> {
    try {
      await holdingClaim(this.database, UPKEEP_WORK, row, LEASE_SECONDS, () => this.bringUpToDate(row));
      await this.upkeep.finish(row);
    } catch (error) {
      // In a namespace that goes away nothing is to be kept up any more.
      if (error instanceof ApiError && error.reason === 'Forbidden') return this.upkeep.finish(row);
      this.logger.warn(`${row.kind} ${row.namespace}/${row.name}: ${(error as Error).message}`);
      await this.upkeep.postpone(row);
    }
  }

  private bringUpToDate({ kind, namespace, name }: UpkeepRow): Promise<void> {
    if (kind === 'BuildConfig') return this.builds.removeOrphans(namespace, name);
    return this.rollouts.bringUpToDate(namespace, name);
  }
}
