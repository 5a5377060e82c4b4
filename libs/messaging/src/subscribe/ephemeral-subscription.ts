import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { ReadEvents, ReadHead } from '@faktorz/domain';
import { type ConsumedEvent, consumedEvent, type IncomingEvent, incomingEvent } from '../consume/consumed-event.js';
import { EventReader } from '../consume/event-reader.js';
import type { EventStream } from '../nats/event-stream.js';
import type { NatsLink } from '../nats/nats-link.js';
import type { Requests } from '../request/requests.js';

/** How often the owner is asked for its head; well within the second a cache may trust. */
const CONFIRM_EVERY_MS = 300;
const CONFIRM_TIMEOUT_MS = 900;
const READ_EVENTS = 500;

export interface SubscriptionListener {
  /** Every event of the owner after the subscription began, in order, perhaps of several owners' kinds. Must not throw. */
  onEvent(event: ConsumedEvent): void;
  /** Events may have been missed: what is cached from before is worth nothing. Called at the beginning too. */
  onReset(): void;
}

/**
 * What a cache hears of an owner, in this process alone (architecture, rule 4). `headConfirmedAt` says up to when the
 * cache is known to lack nothing.
 */
export class EphemeralSubscription {
  private readonly logger: Logger;
  private readonly reader: EventReader;
  private readonly closed = new AbortController();
  private confirming: Promise<void> | undefined;
  private position: bigint | undefined;
  private confirmedAtMs = 0;
  private catchingUp: Promise<void> | undefined;
  private waitingFor: IncomingEvent[] = [];

  constructor(
    readonly owner: string,
    private readonly parts: { service: string; link: NatsLink; stream: EventStream; requests: Requests },
    private readonly listener: SubscriptionListener,
  ) {
    this.logger = new Logger(`Subscription to ${owner}`);
    this.reader = new EventReader({
      ...parts,
      owner,
      since: () => Promise.resolve(undefined),
      onEvent: (event) => this.take(event),
      onStarted: () => undefined, // the next confirmation finds out what is missing
    });
  }

  /** When the owner was last asked for its head and everything up to it had been heard; epoch before the first time. */
  get headConfirmedAt(): Date {
    return new Date(this.confirmedAtMs);
  }

  /** True when the head was confirmed within this time (default: a second). */
  isFresh(withinMs = 1000): boolean {
    return Date.now() - this.confirmedAtMs <= withinMs;
  }

  start(): void {
    this.reader.start();
    this.confirming = this.confirmAlways();
  }

  async close(): Promise<void> {
    this.closed.abort();
    await this.reader.close();
    await this.confirming;
  }

  /** Asks for the head now; resolves when everything up to it has been heard. */
  async confirm(): Promise<void> {
    const askedAtMs = Date.now();
    const before = this.position;
    const { head } = await this.parts.requests.ask(ReadHead.of(this.owner), {}, { timeoutMs: CONFIRM_TIMEOUT_MS });
    const reached = BigInt(head);
    // An event may overtake the answer, so that only what was known before the question can be too much.
    if (this.position === undefined || (before !== undefined && reached < before)) this.reset(reached);
    else if (reached > this.position) await this.catchUp();
    this.confirmedAtMs = Math.max(this.confirmedAtMs, askedAtMs);
  }

  private async confirmAlways(): Promise<void> {
    let failing = false;
    while (!this.closed.signal.aborted) {
      try {
        await this.confirm();
        failing = false;
      } catch (error) {
        if (!failing && !this.closed.signal.aborted) {
          this.logger.warn(`head not confirmed: ${(error as Error).message}`);
        }
        failing = true;
      }
      await sleep(CONFIRM_EVERY_MS, undefined, { signal: this.closed.signal }).catch(() => undefined);
    }
  }

  private take(event: IncomingEvent): void {
    if (this.position === undefined) return; // the first confirmation begins with an empty cache
    if (this.catchingUp) {
      this.waitingFor.push(event);
      return;
    }
    if (event.position <= this.position) return;
    if (event.previous === this.position) return this.hear(event);
    this.catchUp().catch(() => undefined); // the next confirmation tries again
  }

  private hear(event: IncomingEvent): void {
    this.position = event.position;
    this.listener.onEvent(consumedEvent(this.owner, event, undefined));
  }

  private catchUp(): Promise<void> {
    this.catchingUp ??= this.readMissing().finally(() => {
      this.catchingUp = undefined;
      const waiting = this.waitingFor;
      this.waitingFor = [];
      for (const event of waiting) this.take(event);
    });
    return this.catchingUp;
  }

  private async readMissing(): Promise<void> {
    for (;;) {
      const after = this.position ?? 0n;
      const ask = { after: String(after), limit: READ_EVENTS };
      const { rows, head } = await this.parts.requests.ask(ReadEvents.of(this.owner), ask);
      if (after < BigInt(head.floor)) return this.reset(BigInt(head.head));
      for (const event of rows.map(incomingEvent)) if (event.position > (this.position ?? 0n)) this.hear(event);
      if ((this.position ?? 0n) >= BigInt(head.head) || rows.length === 0) return;
    }
  }

  private reset(position: bigint): void {
    this.position = position;
    this.waitingFor = [];
    this.listener.onReset();
  }
}
