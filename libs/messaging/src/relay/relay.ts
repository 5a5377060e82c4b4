import { Logger } from '@nestjs/common';
import { type ChangeLog, type LoggedEvent } from '@faktorz/persistence';
import { headers } from '@nats-io/transport-node';
import type { EventStream } from '../nats/event-stream.js';
import type { NatsLink } from '../nats/nats-link.js';
import { POSITION_HEADER, PREVIOUS_HEADER } from '../nats/subjects.js';
import { OwnerLock } from './owner-lock.js';
import { PublishWindow } from './publish-window.js';

const POLL_MS = 1000;
const READ_ROWS = 256;
const MOST_IN_FLIGHT = 1024;
const REMEMBER_EVERY_MS = 1000;
const RETRY_MS = 250;
const PUBLISH_TIMEOUT_MS = 3000;

/**
 * Publishes an owner's events to JetStream, in order, many at a time; one process of the owner at a time does. It may
 * publish an event twice, after a takeover or a loss of the connection: consumers go by positions.
 */
export class Relay {
  private readonly logger = new Logger(Relay.name);
  private readonly lock: OwnerLock;
  private active: AbortController | undefined;
  private running: Promise<void> | undefined;
  private nudged = true;
  /** Everything up to here has been sent by the loop that is running, whose signal and window these are. */
  private sending: { sent: bigint; window: PublishWindow; signal: AbortSignal } | undefined;
  private wake = (): void => undefined;
  private readonly stopListening: (() => void)[] = [];
  private closed = false;

  constructor(
    private readonly log: ChangeLog,
    private readonly link: NatsLink,
    private readonly stream: EventStream,
    databaseUrl: string,
  ) {
    this.lock = new OwnerLock(
      databaseUrl,
      `faktorz relay of ${log.owner}`,
      () => this.activate(),
      () => this.active?.abort(),
    );
  }

  start(): void {
    this.stopListening.push(
      this.log.wakeups.on(this.log.channel, (isOwn) => !isOwn && this.nudge()),
      this.log.onCommittedEvents((events) => this.pass(events)),
    );
    this.lock.start();
  }

  /** Stops publishing and gives the lock back. */
  async close(): Promise<void> {
    this.closed = true;
    for (const stop of this.stopListening) stop();
    this.active?.abort();
    await this.running;
    await this.lock.close();
  }

  private nudge(): void {
    this.nudged = true;
    this.wake();
  }

  /** Sends what this process has just committed, if it is what comes next; otherwise what comes next is read. */
  private pass(events: readonly LoggedEvent[]): void {
    const { sending } = this;
    if (!sending) return;
    const isNext = events[0]!.previous === sending.sent && sending.window.size < MOST_IN_FLIGHT;
    if (isNext && !sending.signal.aborted) this.sendAll(events);
    else if (events.at(-1)!.position > sending.sent) this.nudge();
  }

  private sendAll(events: readonly LoggedEvent[]): void {
    const { sending } = this;
    for (const event of events) {
      if (!sending || event.position <= sending.sent) continue; // passed on while it was read
      sending.sent = event.position;
      sending.window.add(event.position, this.send(event));
    }
  }

  private activate(): void {
    if (this.closed) return;
    this.active?.abort();
    const active = new AbortController();
    active.signal.addEventListener('abort', () => this.nudge());
    this.active = active;
    const before = this.running;
    this.running = (async () => {
      await before;
      await this.publishUntil(active.signal);
    })();
  }

  private async publishUntil(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.publish(signal);
      } catch (error) {
        this.sending = undefined;
        if (signal.aborted) return;
        this.logger.warn(`publishing stopped, trying again: ${(error as Error).message}`);
        await this.rest(RETRY_MS);
      }
    }
  }

  /** Publishes from the position remembered on; throws what stopped it. */
  private async publish(signal: AbortSignal): Promise<void> {
    const created = await this.stream.ensure();
    const sent = await this.remembered();
    let remembered = { position: sent, at: Date.now() };
    const window = new PublishWindow(sent, () => this.nudge());
    const sending = { sent, window, signal };
    this.sending = sending;
    this.nudged = true;
    while (!signal.aborted) {
      if (window.error) throw window.error;
      const isDue = Date.now() - remembered.at >= REMEMBER_EVERY_MS;
      if (isDue && window.arrived !== remembered.position) {
        remembered = { position: window.arrived, at: Date.now() };
        await this.remember(remembered.position, created);
      }
      if (window.size >= MOST_IN_FLIGHT) {
        await window.change();
        continue;
      }
      this.nudged = false;
      const { rows } = await this.log.readEvents(sending.sent, READ_ROWS);
      this.sendAll(rows);
      if (rows.length < READ_ROWS) await this.rest(POLL_MS);
    }
    while (window.size > 0 && !window.error) await window.change();
    await this.remember(window.arrived, created);
  }

  private send(row: LoggedEvent): Promise<unknown> {
    const head = headers();
    head.set(POSITION_HEADER, String(row.position));
    head.set(PREVIOUS_HEADER, String(row.previous));
    return this.link.jetstream.publish(row.subject, JSON.stringify(row.event), {
      msgID: `${this.log.owner}:${row.position}`,
      headers: head,
      timeout: PUBLISH_TIMEOUT_MS,
    });
  }

  private async rest(timeoutMs: number): Promise<void> {
    if (this.nudged && timeoutMs === POLL_MS) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private async remembered(): Promise<bigint> {
    const [row] = await this.log.database.query<{ published_position: string }>(
      'SELECT published_position FROM relay_progress WHERE owner = $1',
      [this.log.owner],
    );
    return BigInt(row?.published_position ?? 0);
  }

  /** Losing this only repeats publications, so it is written now and then and not waited for by the disk. */
  private async remember(position: bigint, streamCreated: string): Promise<void> {
    await this.log.database.withConnection((connection) =>
      connection.queryAll([
        { text: 'BEGIN', values: [] },
        { text: 'SET LOCAL synchronous_commit = off', values: [] },
        {
          text: `INSERT INTO relay_progress (owner, published_position, stream_created) VALUES ($1, $2, $3)
            ON CONFLICT (owner) DO UPDATE SET published_position = $2, stream_created = $3`,
          values: [this.log.owner, position, streamCreated],
        },
        { text: 'COMMIT', values: [] },
      ]),
    );
  }
}
