import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { type Claimed, Database, holdingClaim, Wakeups, Worker } from '@faktorz/persistence';
import { PAUSED } from '../trigger-dispatcher.tokens.js';
import { TriggerRun } from './trigger-run.js';
import { LEASE_SECONDS, TRIGGERS_CHANNEL, type TriggerRow, TriggerTargetStore } from './trigger-target.store.js';

/** Objects written at a time by one process. */
const CONCURRENCY = 16;

/** Brings objects up to date with their tags; replicas share the objects. */
@Injectable()
export class TriggerWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(TriggerWorker.name);
  private readonly worker: Worker<Claimed<TriggerRow>>;

  constructor(
    wakeups: Wakeups,
    private readonly database: Database,
    private readonly targets: TriggerTargetStore,
    private readonly runs: TriggerRun,
    @Inject(PAUSED) paused: boolean,
  ) {
    this.worker = new Worker({
      name: 'triggers',
      concurrency: CONCURRENCY,
      wakeups,
      channel: TRIGGERS_CHANNEL,
      isActive: () => !paused,
      claim: (limit) => targets.claim(limit),
      run: (row) => this.run(row),
    });
  }

  onApplicationBootstrap(): void {
    this.worker.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.worker.stop();
  }

  private async run(row: Claimed<TriggerRow>): Promise<void> {
    try {
      await holdingClaim(this.database, this.targets.work, row, LEASE_SECONDS, () => this.runs.bringUpToDate(row));
    } catch (error) {
      this.logger.warn(`${row.resource} ${row.namespace}/${row.name}: ${(error as Error).message}`);
      await this.targets.postpone(row);
    }
  }
}
