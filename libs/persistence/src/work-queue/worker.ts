import { Logger } from '@nestjs/common';
import type { Wakeups } from '../wakeups/wakeups.js';

export interface WorkerOptions<Item> {
  /** For the logs. */
  name: string;
  /** How many items run at a time in this process. */
  concurrency: number;
  /** When items end, so many places are to be free before more is claimed, so that claims are few; default 1. */
  claimAtLeast?: number;
  /** Takes up to `limit` items (see `claimWork`). */
  claim(limit: number): Promise<Item[]>;
  /** Does one item. An error is logged; the item comes again when its lease ends, unless `run` has arranged otherwise. */
  run(item: Item, signal: AbortSignal): Promise<void>;
  /** Looks for work when this channel is nudged … */
  wakeups: Wakeups;
  channel: string;
  /** … and this often anyway. Default and most: 1000. */
  pollMs?: number;
  /** False while the service is paused: nothing is claimed. */
  isActive?(): boolean;
}

/** Claims and does work until stopped, some items at a time. */
export class Worker<Item> {
  private readonly logger: Logger;
  private readonly abort = new AbortController();
  private readonly running = new Set<Promise<void>>();
  private stopListening: (() => void) | undefined;
  private timer: NodeJS.Timeout | undefined;
  private claiming: Promise<void> | undefined;
  private claimAgain = false;

  constructor(private readonly options: WorkerOptions<Item>) {
    this.logger = new Logger(`Worker ${options.name}`);
  }

  start(): void {
    const { wakeups, channel, pollMs = 1000 } = this.options;
    this.stopListening = wakeups.on(channel, () => this.look());
    this.timer = setInterval(() => this.look(), Math.min(pollMs, 1000));
    this.look();
  }

  /** Claims nothing more, tells running items by their signal, and waits for them. */
  async stop(): Promise<void> {
    this.abort.abort();
    this.stopListening?.();
    clearInterval(this.timer);
    await this.claiming;
    await Promise.all(this.running);
  }

  /** Looks for work now. */
  look(): void {
    if (this.claiming) {
      this.claimAgain = true;
      return;
    }
    this.claiming = this.claimAll().finally(() => (this.claiming = undefined));
  }

  /** Looks for work if places enough are free; to be called when there may be more. */
  lookForMore(): void {
    const { concurrency, claimAtLeast = 1 } = this.options;
    if (concurrency - this.running.size >= claimAtLeast) this.look();
  }

  private async claimAll(): Promise<void> {
    do {
      this.claimAgain = false;
      const free = this.options.concurrency - this.running.size;
      if (free <= 0 || this.abort.signal.aborted || this.options.isActive?.() === false) return;
      const items = await this.claimQuietly(free);
      for (const item of items) this.begin(item, items.length === free);
    } while (this.claimAgain);
  }

  private async claimQuietly(limit: number): Promise<Item[]> {
    try {
      return await this.options.claim(limit);
    } catch (error) {
      this.logger.warn(`cannot claim work: ${(error as Error).message}`);
      return [];
    }
  }

  private begin(item: Item, mayBeMore: boolean): void {
    const run = this.options
      .run(item, this.abort.signal)
      .catch((error: Error) => this.logger.error(`an item failed: ${error.message}`, error.stack))
      .finally(() => {
        this.running.delete(run);
        if (mayBeMore) this.lookForMore();
      });
    this.running.add(run);
  }
}
