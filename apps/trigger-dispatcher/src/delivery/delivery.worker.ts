import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Wakeups, Worker } from '@faktorz/persistence';
import { PAUSED } from '../trigger-dispatcher.tokens.js';
import { LEASE_SECONDS } from './claim-lanes.js';
import { DeliveryAttempt } from './delivery-attempt.js';
import { DeliveryResults } from './delivery-results.js';
import type { DueDelivery } from './delivery.js';
import { DELIVERIES_CHANNEL, DeliveryStore } from './delivery.store.js';

/** Attempts under way in one process: waiting for receivers costs little more than memory. */
const CONCURRENCY = 1024;
const EXTEND_EVERY_MS = (LEASE_SECONDS * 1000) / 3;
const TRIM_EVERY_MS = 3_600_000;
/** How long a stop waits for answers that are under way. */
const STOP_GRACE_MS = 2_000;

/** Sends recorded deliveries: in order per webhook and subject, and no receiver waits for another. */
@Injectable()
export class DeliveryWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(DeliveryWorker.name);
  private readonly worker: Worker<DueDelivery>;
  private readonly underWay = new Set<DueDelivery>();
  private readonly timers: NodeJS.Timeout[] = [];

  constructor(
    wakeups: Wakeups,
    private readonly store: DeliveryStore,
    private readonly attempts: DeliveryAttempt,
    private readonly results: DeliveryResults,
    @Inject(PAUSED) paused: boolean,
  ) {
    this.worker = new Worker({
      name: 'deliveries',
      concurrency: CONCURRENCY,
      wakeups,
      channel: DELIVERIES_CHANNEL,
      isActive: () => !paused,
      claim: (limit) => store.claim(limit),
      run: (row) => this.deliver(row),
    });
  }

  onApplicationBootstrap(): void {
    this.worker.start();
    this.timers.push(
      setInterval(() => void this.keepClaims(), EXTEND_EVERY_MS),
      setInterval(() => void this.trim(), TRIM_EVERY_MS),
    );
    for (const timer of this.timers) timer.unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    const grace = setTimeout(() => this.attempts.interrupt(), STOP_GRACE_MS);
    await this.worker.stop();
    clearTimeout(grace);
    for (const timer of this.timers) clearInterval(timer);
  }

  private async deliver(row: DueDelivery): Promise<void> {
    this.underWay.add(row);
    try {
      const attempted = await this.attempts.attempt(row);
      if ('result' in attempted) return await this.results.write(row, attempted.result, attempted.isGone);
      this.logger.warn(`${row.namespace}/${row.webhook}: ${row.event_id} is not sent yet: ${attempted.reason}`);
      await this.store.release(row, attempted.postponedSeconds);
    } finally {
      this.underWay.delete(row);
      // Lanes beyond the webhook's share may have waited for this place.
      this.worker.look();
    }
  }

  /** The lease is short, so that what a killed process was sending is soon sent by another. */
  private async keepClaims(): Promise<void> {
    const tokens = [...new Set([...this.underWay].map((row) => row.claim_token))];
    if (tokens.length === 0) return;
    await this.store
      .extend(tokens, LEASE_SECONDS)
      .catch((error: Error) => this.logger.warn(`claims not extended: ${error.message}`));
  }

  private async trim(): Promise<void> {
    await this.store.trim().catch((error: Error) => this.logger.warn(`trimming deliveries: ${error.message}`));
  }
}
