import type { ChangeLog } from '../change-log/change-log.js';
import { type LogFilter, type LogRow, notReached, passes } from '../change-log/log-rows.js';
import { LogTail } from './log-tail.js';

const BATCH_ROWS = 500;
const PROGRESS_EVERY_MS = 1000;

/** What a follower wants to see. */
export interface FeedQuery extends Omit<LogFilter, 'upTo'> {
  /** Rows after this position. */
  after: bigint;
}

/** Rows that match, and the position up to which there are no others. */
export interface FeedBatch {
  rows: readonly LogRow[];
  upTo: bigint;
}

/** Nothing else matched up to this position. */
export interface FeedProgress {
  progress: bigint;
}

/** True for a progress marker of `ChangeFeed.follow`. */
export function isProgress(item: LogRow | FeedProgress): item is FeedProgress {
  return 'progress' in item;
}

/**
 * The log as a stream, for any number of watchers of a process. A follower holds no rows of its own: it walks through
 * the shared tail, and one that is slower than the tail is long reads from the table until it has caught up.
 */
export class ChangeFeed {
  private readonly tail: LogTail;

  constructor(
    private readonly log: ChangeLog,
    /** Rows the shared tail holds at least once they have been read. */
    tailRows = 10_000,
  ) {
    this.tail = new LogTail(log, tailRows);
  }

  /**
   * Every matching row after `query.after`, once and in order, with progress markers in between (when caught up, at
   * most one a second), until the signal aborts. Throws `ApiError` Expired when the log no longer reaches back, Timeout
   * when the position was not reached yet.
   */
  async *follow(query: FeedQuery, signal: AbortSignal): AsyncGenerator<LogRow | FeedProgress> {
    for await (const { rows, upTo } of this.followBatches(query, signal)) {
      yield* rows;
      if (rows.at(-1)?.position !== upTo) yield { progress: upTo };
    }
  }

  /** As `follow`, in batches: one at once (perhaps empty), later ones when rows match or a second has passed. */
  async *followBatches(query: FeedQuery, signal: AbortSignal): AsyncGenerator<FeedBatch> {
    if (signal.aborted) return;
    const leave = await this.tail.join();
    try {
      yield* this.batches(query, signal);
    } finally {
      leave();
    }
  }

  private async *batches(query: FeedQuery, signal: AbortSignal): AsyncGenerator<FeedBatch> {
    let cursor = query.after;
    let reported: bigint | undefined;
    let reportedAt = 0;
    await this.assertReached(cursor);
    while (!signal.aborted) {
      const changed = this.tail.nextChange();
      if (cursor < this.tail.head || reported === undefined) {
        const batch = await this.batchAfter(cursor, query);
        cursor = batch.upTo;
        if (batch.rows.length > 0 || reported === undefined) {
          yield batch;
          reported = cursor;
          reportedAt = Date.now();
        }
        continue;
      }
      const restMs = reportedAt + PROGRESS_EVERY_MS - Date.now();
      if (reported !== cursor && restMs <= 0) {
        yield { rows: [], upTo: cursor };
        reported = cursor;
        reportedAt = Date.now();
        continue;
      }
      await waitFor(changed, signal, reported === cursor ? undefined : restMs);
    }
  }

  private async batchAfter(cursor: bigint, query: FeedQuery): Promise<FeedBatch> {
    const { tail } = this;
    if (cursor >= tail.reachesBackTo) {
      const rows = tail.after(cursor, BATCH_ROWS);
      return { rows: rows.filter((row) => passes(row, query)), upTo: rows.at(-1)?.position ?? cursor };
    }
    const upTo = tail.head;
    const { resource, namespace, name } = query;
    const rows = await this.log.readRows(cursor, BATCH_ROWS, { resource, namespace, name, upTo });
    return { rows, upTo: rows.length === BATCH_ROWS ? rows.at(-1)!.position : upTo };
  }

  private async assertReached(after: bigint): Promise<void> {
    if (after > this.tail.head) await this.tail.refresh();
    if (after <= this.tail.head) return;
    throw notReached(after, this.tail.head);
  }
}

/** Resolves when `changed` does, when the signal aborts, or after `timeoutMs`. */
async function waitFor(changed: Promise<void>, signal: AbortSignal, timeoutMs: number | undefined): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = timeoutMs === undefined ? undefined : setTimeout(resolve, timeoutMs);
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    signal.addEventListener('abort', done);
    void changed.then(done);
    if (signal.aborted) done();
  });
}
