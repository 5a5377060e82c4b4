import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from '@faktorz/apimachinery';
import type { ChangeTransaction } from '../change-log.types.js';
import { Database } from '../database/database.js';
import { isSerializationFailure } from '../database/database-error.js';
import { schemaOf } from '../database/open-data-source.js';
import { Wakeups } from '../wakeups/wakeups.js';
import { ChangeCollector, type PendingRow } from './change-collector.js';
import { envelopeOf, type LoggedCloudEvent, subjectOfEvent } from './event-envelope.js';
import { assignPositions, logStatements, takePositions, type TakenPositions } from './log-statements.js';
import { expired, type LogFilter, type LogRow, notReached, readLogRows } from './log-rows.js';
import { type Retention, trimLog } from './trim-log.js';

const ATTEMPTS = 8;

/** An event row as consumers get it. */
export interface LoggedEvent {
  position: bigint;
  /** Position of the event before this one; 0 for the first. */
  previous: bigint;
  event: LoggedCloudEvent;
  /** The NATS subject it is published on. */
  subject: string;
}

export interface TransactionOptions {
  /**
   * The commit need not reach the disk before it counts: losing it in a crash of PostgreSQL leaves nothing half done and
   * does no harm. Has no effect on a transaction that logs something: what has a position is never lost.
   */
  mayBeLost?: boolean;
}

/** Where the events of the log begin and end. */
export interface EventBounds {
  /** Position of the newest event; 0 when there is none. */
  head: bigint;
  /** A consumer that has not come this far cannot catch up from the log. */
  floor: bigint;
}

/**
 * One owner's change log: outbox, event log and watch source in one. A change and its log row commit together; positions
 * are gap-free and their order is commit order.
 */
export class ChangeLog {
  private readonly versionTables = new Set<string>(['document_version']);
  private readonly eventListeners = new Set<(events: readonly LoggedEvent[]) => void>();

  constructor(
    /** The service whose log this is. */
    readonly owner: string,
    readonly database: Database,
    readonly wakeups: Wakeups,
  ) {}

  /** The channel nudged after every commit that logged something. */
  get channel(): string {
    return `faktorz_${schemaOf(this.owner)}`;
  }

  /**
   * Runs `work` in a transaction (READ COMMITTED) and logs what it recorded. `work` runs again, from the start, after a
   * serialization failure or deadlock: it must have no effect but its statements. Any error rolls back and comes out.
   */
  async transaction<T>(work: (tx: ChangeTransaction) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.attempt(work, options);
      } catch (error) {
        if (!isSerializationFailure(error)) throw error;
        if (attempt === ATTEMPTS) {
          throw new ApiError('ServerTimeout', 'too many concurrent changes, try again', undefined, { cause: error });
        }
        await sleep(Math.random() * 10 * 2 ** attempt);
      }
    }
  }

  /** The newest position; 0 before the first change. */
  async head(): Promise<bigint> {
    const [row] = await this.database.query<{ position: string }>('SELECT position FROM change_counter');
    return BigInt(row?.position ?? 0);
  }

  /** Rows up to this position have been trimmed. */
  async floor(): Promise<bigint> {
    const [row] = await this.database.query<{ floor: string }>('SELECT floor FROM change_counter');
    return BigInt(row?.floor ?? 0);
  }

  /** The position itself, if state as of it can be read: throws `Expired` when it was trimmed, `Timeout` when it lies ahead. */
  async reached(position: bigint): Promise<bigint> {
    const [counter] = await this.database.query<{ position: string; floor: string }>(
      'SELECT position, floor FROM change_counter',
    );
    const head = BigInt(counter?.position ?? 0);
    const floor = BigInt(counter?.floor ?? 0);
    if (position > head) throw notReached(position, head);
    if (position < floor) throw expired(position, floor);
    return position;
  }

  /** Rows after a position, oldest first, up to `limit`; throws `Expired` when some of them have been trimmed. */
  readRows(after: bigint, limit: number, filter: LogFilter = {}): Promise<LogRow[]> {
    return readLogRows(this.database, after, limit, filter);
  }

  /** Events after a position, oldest first, and where the events begin and end, all of one moment. */
  async readEvents(after: bigint, limit: number): Promise<{ rows: LoggedEvent[]; bounds: EventBounds }> {
    const found = await this.database.query<{
      head: string;
      floor: string;
      position: string | null;
      event_previous: string;
      event: LoggedCloudEvent;
      event_subject: string;
    }>(
      `SELECT c.last_event_position AS head, c.event_floor AS floor, l.*
       FROM change_counter c LEFT JOIN LATERAL (
         SELECT position, event_previous, event, event_subject FROM change_log
         WHERE position > $1 AND event IS NOT NULL ORDER BY position LIMIT $2
       ) l ON true ORDER BY l.position`,
      [after, limit],
    );
    const bounds = { head: BigInt(found[0]?.head ?? 0), floor: BigInt(found[0]?.floor ?? 0) };
    const rows = found.flatMap((row) =>
      row.position === null
        ? []
        : {
            position: BigInt(row.position),
            previous: BigInt(row.event_previous),
            event: row.event,
            subject: row.event_subject,
          },
    );
    return { rows, bounds };
  }

  /** Where the events of the log begin and end. */
  async eventBounds(): Promise<EventBounds> {
    const [row] = await this.database.query<{ head: string; floor: string }>(
      'SELECT last_event_position AS head, event_floor AS floor FROM change_counter',
    );
    return { head: BigInt(row?.head ?? 0), floor: BigInt(row?.floor ?? 0) };
  }

  /**
   * Tells the listener the events of every transaction that this process has committed, so that they need not be read
   * back. Transactions may come in another order than that of their positions.
   */
  onCommittedEvents(listener: (events: readonly LoggedEvent[]) => void): () => void {
    this.eventListeners.add(listener);
    return () => this.eventListeners.delete(listener);
  }

  /** Names a table of the service's own with `valid_to` positions, to be trimmed with the log. */
  trimsWithLog(versionTable: string): void {
    this.versionTables.add(versionTable);
  }

  /** Removes rows that are both older than `olderThanDays` and beyond the newest `keepRows`, and versions no longer visible. Returns the new floor. */
  trim(retention: Retention = { olderThanDays: 7, keepRows: 1_000_000 }): Promise<bigint> {
    return trimLog(this.database, retention, [...this.versionTables]);
  }

  /** Only what others than this process's own listeners have to read for themselves is left to the nudge. */
  private announce(rows: readonly PendingRow[], time: Date): void {
    if (rows.length === 0) return;
    const events = rows.flatMap(({ event, position, previousEvent }) =>
      event
        ? [
            {
              position,
              previous: previousEvent,
              event: envelopeOf(event, String(position), time),
              subject: subjectOfEvent(event),
            },
          ]
        : [],
    );
    if (events.length > 0) for (const listener of this.eventListeners) listener(events);
    this.wakeups.notify(this.channel);
  }

  private async attempt<T>(work: (tx: ChangeTransaction) => Promise<T>, options: TransactionOptions): Promise<T> {
    const { result, collector, time } = await this.database.withConnection(async (connection) => {
      const collector = new ChangeCollector(connection, this.owner);
      try {
        const result = await work(collector);
        const time = new Date();
        await commit(collector, time, options);
        return { result, collector, time };
      } catch (error) {
        // Where this fails too, the connection is broken and `error` says so.
        if (collector.hasBegun) await connection.query('ROLLBACK').catch(() => undefined);
        throw error;
      }
    });
    this.announce(collector.rows, time);
    for (const channel of collector.channels) this.wakeups.notify(channel);
    return result;
  }
}

const WITHOUT_WAITING = { text: 'SET LOCAL synchronous_commit TO off', values: [] };
const COMMIT = { text: 'COMMIT', values: [] };

/** Takes positions as the last step, logs and commits, in one round trip. */
async function commit(
  collector: ChangeCollector,
  time: Date,
  { mayBeLost = false }: TransactionOptions,
): Promise<void> {
  const { rows, deferred } = collector;
  if (rows.length === 0) {
    const statements = [...deferred, ...(mayBeLost ? [WITHOUT_WAITING] : []), COMMIT];
    if (collector.hasBegun || deferred.length > 0) await collector.queryAll(statements);
    return;
  }
  const statements = [...deferred, takePositions(rows), ...logStatements(rows, time), COMMIT];
  const answers = await collector.queryAll(statements);
  const taken = answers[deferred.length]?.[0];
  if (!taken) throw new Error('the row of change_counter is missing');
  assignPositions(rows, taken as unknown as TakenPositions);
}
