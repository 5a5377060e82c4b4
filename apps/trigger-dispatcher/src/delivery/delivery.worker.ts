import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Wakeups } from '@faktorz/persistence';
import { PAUSED } from '../trigger-dispatcher.tokens.js';
import { LaneWorker } from '../work/lane-worker.js';
import { LEASE_SECONDS } from './claim-lanes.js';
import { DeliveryAttempt } from './delivery-attempt.js';
import { DeliveryResults } from './delivery-results.js';
import type { DueDelivery } from './delivery.js';
import { DELIVERIES_CHANNEL, DeliveryStore } from './delivery.store.js';

/** Attempts under way in one process: waiting for receivers costs little more than memory. */
const CONCURRENCY = 1024;
/** How long a stop waits for answers that are under way. */
const STOP_GRACE_MS = 2_000;

/** Sends recorded deliveries: in order per webhook and subject, and no receiver waits for another. */
@Injectable()
export class DeliveryWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(DeliveryWorker.name);
  private readonly worker: LaneWorker<DueDelivery>;

  constructor(
    wakeups: Wakeups,
    private readonly store: DeliveryStore,
    private readonly attempts: DeliveryAttempt,
    private readonly results: DeliveryResults,
    @Inject(PAUSED) isPaused: boolean,
  ) {
    this.worker = new LaneWorker({
      name: 'deliveries',
      concurrency: CONCURRENCY,
      wakeups,
      channel: DELIVERIES_CHANNEL,
      isPaused,
      claim: (limit) => store.claim(limit),
      run: (row) => this.deliver(row),
      extend: (tokens) => store.extend(tokens, LEASE_SECONDS),
      leaseSeconds: LEASE_SECONDS,
      trim: () => store.trim(),
    });
  }

  onApplicationBootstrap(): void {
    this.worker.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    const grace = setTimeout(() => this.attempts.interrupt(), STOP_GRACE_MS);
    await this.worker.stop();
    clearTimeout(grace);
  }

  private async deliver(row: DueDelivery): Promise<void> {
    const attempted = await this.attempts.attempt(row);
    if ('result' in attempted) return this.results.write(row, attempted.result, attempted.isGone);
    this.logger.warn(`${row.namespace}/${row.webhook}: ${row.event_id} is not sent yet: ${attempted.reason}`);
    await this.store.release(row, attempted.postponedSeconds);
  }
}
