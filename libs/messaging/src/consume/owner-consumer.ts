import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { ReadEvents, ReadHead } from '@faktorz/domain';
import type { ChangeLog } from '@faktorz/persistence';
import type { EventStream } from '../nats/event-stream.js';
import type { NatsLink } from '../nats/nats-link.js';
import type { Requests } from '../request/requests.js';
import { type IncomingEvent, incomingEvent } from './consumed-event.js';
import { EventApplier } from './event-applier.js';
import { EventReader } from './event-reader.js';
import type { HandlerRegistry } from './handler-registry.js';

const ASK_HEAD_EVERY_MS = 5000;
const BATCH_EVENTS = 200;
const READ_EVENTS = 500;
/** More than this waiting are dropped, and read from the owner when their turn comes. */
const MOST_QUEUED = 5000;
/** Events that no handler takes only move the cursor, and some handlers can wait: for this long, or until an urgent one comes. */
const LONGEST_WAIT_MS = 500;
const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 5000;
/** Clocks of database and nats-server may differ by this much. */
const CLOCK_MARGIN_MS = 60_000;

export interface OwnerConsumerParts {
  log: ChangeLog;
  link: NatsLink;
  stream: EventStream;
  requests: Requests;
  handlers: HandlerRegistry;
}

/** Where a service stands in an owner's events. */
export interface ConsumerState {
  owner: string;
  /** As of what this process last saw. */
  cursor: bigint;
  head: bigint;
  /** Why the next event cannot be applied at the moment. */
  problem?: string;
}

/**
 * Brings a service up to date with one owner, and keeps it so. Events arrive over JetStream; where one is missing, the
 * missing ones are read from the owner. Replicas do the same side by side: the cursor decides whose turn it is.
 */
export class OwnerConsumer {
  private readonly logger: Logger;
  private readonly applier: EventApplier;
  private readonly reader: EventReader;
  private readonly closed = new AbortController();
  private queue: IncomingEvent[] = [];
  private lacking = false;
  private pumping: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private waiting: NodeJS.Timeout | undefined;
  private cursor = 0n;
  private head = 0n;
  private problem: string | undefined;

  constructor(
    private readonly service: string,
    readonly owner: string,
    private readonly parts: OwnerConsumerParts,
  ) {
    this.logger = new Logger(`Consumer of ${owner}`);
    this.applier = new EventApplier(parts.log, service, owner, parts.handlers);
    const { link, stream } = parts;
    this.reader = new EventReader({
      link,
      stream,
      service,
      owner,
      since: () => this.since(),
      onEvent: (event) => this.take(event),
      onStarted: () => void this.askHead(),
    });
  }

  get state(): ConsumerState {
    return { owner: this.owner, cursor: this.cursor, head: this.head, problem: this.problem };
  }

  start(): void {
    this.reader.start();
    this.timer = setInterval(() => void this.askHead(), ASK_HEAD_EVERY_MS);
  }

  /** Lets the batch in hand finish. */
  async close(): Promise<void> {
    this.closed.abort();
    clearInterval(this.timer);
    await this.reader.close();
    clearTimeout(this.waiting);
    await this.pumping;
  }

  private take(event: IncomingEvent): void {
    if (event.position > this.head) this.head = event.position;
    if (this.queue.length >= MOST_QUEUED) {
      this.queue = [];
      this.lacking = true;
    }
    if (event.position <= this.cursor) return;
    this.queue.push(event);
    if (this.isUrgent(event) || this.queue.length >= BATCH_EVENTS) this.pump();
    else this.waiting ??= setTimeout(() => this.pump(), LONGEST_WAIT_MS).unref();
  }

  private isUrgent({ event }: IncomingEvent): boolean {
    return this.parts.handlers.isUrgent(this.owner, event.type);
  }

  /** Asks how far the owner is; what JetStream has not brought is read from the owner. */
  private async askHead(): Promise<void> {
    try {
      const { head, floor } = await this.parts.requests.ask(ReadHead.of(this.owner), {});
      const known = await this.applier.begin();
      // What PostgreSQL lost in a crash is applied again; to begin too early does no harm.
      this.cursor = known;
      this.head = BigInt(head);
      if (this.head === this.cursor && BigInt(floor) <= this.cursor) return;
      this.lacking = true;
      this.pump();
    } catch (error) {
      this.note(`cannot ask for the head: ${(error as Error).message}`);
    }
  }

  private pump(): void {
    clearTimeout(this.waiting);
    this.waiting = undefined;
    this.pumping ??= this.work().finally(() => {
      this.pumping = undefined;
      if (!this.closed.signal.aborted && (this.lacking || this.queue.length > 0)) this.pump();
    });
  }

  private async work(): Promise<void> {
    let delayMs = FIRST_DELAY_MS;
    while (!this.closed.signal.aborted && (this.lacking || this.queue.length > 0)) {
      try {
        if (this.lacking) await this.readMissing();
        else await this.applyQueue();
        this.problem = undefined;
        delayMs = FIRST_DELAY_MS;
      } catch (error) {
        this.note(`trying again: ${(error as Error).message}`);
        await sleep(delayMs, undefined, { signal: this.closed.signal }).catch(() => undefined);
        delayMs = Math.min(delayMs * 2, LONGEST_DELAY_MS);
      }
    }
  }

  private async applyQueue(): Promise<void> {
    const batch = this.queue.splice(0, BATCH_EVENTS);
    try {
      const rest = await this.apply(batch);
      this.queue.unshift(...rest);
      if (rest.length > 0) this.lacking = true;
    } catch (error) {
      this.queue.unshift(...batch);
      throw error;
    }
  }

  /** Applies events and returns those that do not follow; throws when a handler asks for another try. */
  private async apply(events: readonly IncomingEvent[]): Promise<IncomingEvent[]> {
    const { cursor, rest, error } = await this.applier.apply(events);
    this.cursor = cursor;
    if (error) throw error;
    return rest;
  }

  private async readMissing(): Promise<void> {
    this.cursor = await this.applier.begin();
    const ask = { after: String(this.cursor), limit: READ_EVENTS };
    const { rows, head } = await this.parts.requests.ask(ReadEvents.of(this.owner), ask);
    this.head = BigInt(head.head);
    if (this.cursor < BigInt(head.floor) || this.cursor > this.head) return this.rebuild(this.head);
    const rest = await this.apply(rows.map(incomingEvent));
    this.lacking = rest.length > 0 || this.cursor < this.head;
    this.queue = this.queue.filter((event) => event.position > this.cursor);
  }

  /** The owner's log does not reach back to the cursor, or is another one: its current state has to do. */
  private async rebuild(head: bigint): Promise<void> {
    const rebuilders = this.parts.handlers.rebuildersOf(this.owner);
    this.logger.warn(
      `the log of ${this.owner} does not reach from ${this.cursor} to its head ${head}: ` +
        (rebuilders.length > 0 ? 'rebuilding from its current state' : 'events before it are left out'),
    );
    await this.applier.rebuild(head, async (tx) => {
      for (const rebuilder of rebuilders) await rebuilder.run({ owner: this.owner, head }, tx);
    });
    this.cursor = head;
    this.lacking = false;
    this.logger.log(`up to date with ${this.owner} at ${head}`);
  }

  /** Events older than the cursor need not be delivered. */
  private async since(): Promise<Date | undefined> {
    this.cursor = await this.applier.begin();
    const [row] = await this.parts.log.database.query<{ advanced_at: Date }>(
      'SELECT advanced_at FROM consumer_cursor WHERE service = $1 AND owner = $2',
      [this.service, this.owner],
    );
    if (this.cursor === 0n || !row) return new Date(0);
    return new Date(row.advanced_at.getTime() - CLOCK_MARGIN_MS);
  }

  private note(problem: string): void {
    if (this.problem !== problem && !this.closed.signal.aborted) this.logger.warn(problem);
    this.problem = problem;
  }
}
