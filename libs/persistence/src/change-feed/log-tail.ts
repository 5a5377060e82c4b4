import { ApiError } from '@faktorz/apimachinery';
import { Logger } from '@nestjs/common';
import type { ChangeLog } from '../change-log/change-log.js';
import type { LogRow } from '../change-log/log-rows.js';

const POLL_MS = 1000;
const READ_ROWS = 1000;

/**
 * The newest rows of the log, read once per process however many follow it: at every nudge, and every second in case
 * a nudge was lost. Reads only while somebody follows.
 */
export class LogTail {
  private readonly logger = new Logger(LogTail.name);
  private rows: LogRow[] = [];
  private newest = 0n;
  private followers = 0;
  private reading: Promise<void> | undefined;
  private readAgain = false;
  private timer: NodeJS.Timeout | undefined;
  private stopListening: (() => void) | undefined;
  private change = nextChange();

  constructor(
    private readonly log: ChangeLog,
    private readonly capacity: number,
  ) {}

  /** Position of the newest row read. */
  get head(): bigint {
    return this.newest;
  }

  /** Rows after this position are held here. */
  get reachesBackTo(): bigint {
    return this.newest - BigInt(this.rows.length);
  }

  /** Rows after a position that `reachesBackTo` covers, up to `limit`. */
  after(position: bigint, limit: number): readonly LogRow[] {
    const from = Number(position - this.reachesBackTo);
    return this.rows.slice(from, from + limit);
  }

  /** Keeps the tail reading until the returned function is called. */
  async join(): Promise<() => void> {
    this.followers += 1;
    let left = false;
    const leave = () => {
      if (left) return;
      left = true;
      this.followers -= 1;
      if (this.followers === 0) this.stop();
    };
    try {
      if (this.followers === 1 || !this.timer) await this.start();
    } catch (error) {
      leave();
      throw error;
    }
    return leave;
  }

  /** Resolves when there may be newer rows than before the call. */
  nextChange(): Promise<void> {
    return this.change.happened;
  }

  /** Reads what is new; calls during a reading lead to one more. */
  refresh(): Promise<void> {
    if (this.reading) {
      this.readAgain = true;
      return this.reading;
    }
    this.reading = this.read().finally(() => (this.reading = undefined));
    return this.reading;
  }

  private async start(): Promise<void> {
    const head = await this.log.head();
    if (this.timer || this.followers === 0) return; // another follower was faster, or this one has left
    this.rows = [];
    this.newest = head;
    this.stopListening = this.log.wakeups.on(this.log.channel, () => this.refreshQuietly());
    this.timer = setInterval(() => this.refreshQuietly(), POLL_MS);
    this.timer.unref();
  }

  private stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.stopListening?.();
    this.stopListening = undefined;
  }

  private refreshQuietly(): void {
    this.refresh().catch((error: Error) => this.logger.warn(`reading the change log failed: ${error.message}`));
  }

  private async read(): Promise<void> {
    let found: LogRow[];
    do {
      this.readAgain = false;
      found = await this.rowsAfterNewest();
      if (found.length > 0) this.append(found);
    } while (this.readAgain || found.length === READ_ROWS);
  }

  private async rowsAfterNewest(): Promise<LogRow[]> {
    try {
      return await this.log.readRows(this.newest, READ_ROWS);
    } catch (error) {
      if (!(error instanceof ApiError && error.reason === 'Expired')) throw error;
      // This process slept for longer than the log is kept: followers find out when they read from the table.
      this.newest = await this.log.head();
      this.rows = [];
      this.announce();
      return [];
    }
  }

  private append(found: LogRow[]): void {
    this.rows.push(...found);
    if (this.rows.length > this.capacity * 2) this.rows = this.rows.slice(-this.capacity);
    this.newest = found.at(-1)!.position;
    this.announce();
  }

  private announce(): void {
    const { change } = this;
    this.change = nextChange();
    change.announce();
  }
}

function nextChange(): { happened: Promise<void>; announce: () => void } {
  let announce = (): void => undefined;
  const happened = new Promise<void>((resolve) => (announce = resolve));
  return { happened, announce };
}
