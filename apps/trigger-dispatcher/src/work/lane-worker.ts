import { Logger } from '@nestjs/common';
import { type Wakeups, Worker } from '@faktorz/persistence';

export interface LaneWorkerOptions<Item extends { claim_token: string }> {
  /** For the logs. */
  name: string;
  /** How many items run at a time in this process. */
  concurrency: number;
  /** See `WorkerOptions`. */
  claimAtLeast?: number;
  wakeups: Wakeups;
  channel: string;
  isPaused: boolean;
  claim(limit: number): Promise<Item[]>;
  run(item: Item): Promise<void>;
  /** Keeps the claims of these tokens. The lease is short, so that another soon takes what a killed process had claimed. */
  extend(tokens: readonly string[]): Promise<void>;
  leaseSeconds: number;
  /** Forgets what ended long ago. */
  trim(): Promise<void>;
}

const TRIM_EVERY_MS = 600_000;

/** Works on lanes: claims those that are due, holds the claims while their items run, and trims what is past. */
export class LaneWorker<Item extends { claim_token: string }> {
  private readonly logger: Logger;
  private readonly worker: Worker<Item>;
  private readonly underWay = new Set<Item>();
  private readonly timers: NodeJS.Timeout[] = [];

  constructor(private readonly options: LaneWorkerOptions<Item>) {
    const { name, concurrency, claimAtLeast, wakeups, channel, isPaused, claim } = options;
    this.logger = new Logger(`LaneWorker ${name}`);
    this.worker = new Worker({
      name,
      concurrency,
      claimAtLeast,
      wakeups,
      channel,
      isActive: () => !isPaused,
      claim,
      run: (item) => this.run(item),
    });
  }

  start(): void {
    const { leaseSeconds, trim } = this.options;
    this.worker.start();
    this.timers.push(
      setInterval(() => void this.keepClaims(), (leaseSeconds * 1000) / 3),
      setInterval(
        () => void trim().catch((error: Error) => this.logger.warn(`trimming: ${error.message}`)),
        TRIM_EVERY_MS,
      ),
    );
    for (const timer of this.timers) timer.unref();
  }

  /** Waits for what is under way, whose claims are held meanwhile. */
  async stop(): Promise<void> {
    await this.worker.stop();
    for (const timer of this.timers) clearInterval(timer);
  }

  private async run(item: Item): Promise<void> {
    this.underWay.add(item);
    try {
      await this.options.run(item);
    } finally {
      this.underWay.delete(item);
      // Lanes beyond somebody's share may have waited for this place.
      this.worker.lookForMore();
    }
  }

  private async keepClaims(): Promise<void> {
    const tokens = [...new Set([...this.underWay].map(({ claim_token }) => claim_token))];
    if (tokens.length === 0) return;
    await this.options
      .extend(tokens)
      .catch((error: Error) => this.logger.warn(`claims not extended: ${error.message}`));
  }
}
