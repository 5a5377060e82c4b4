import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { AckPolicy, type ConsumerMessages, DeliverPolicy, type JsMsg } from '@nats-io/jetstream';
import { ownerSubjects } from '@faktorz/domain';
import type { LoggedCloudEvent } from '@faktorz/persistence';
import { nanos } from '@nats-io/transport-node';
import type { EventStream } from '../nats/event-stream.js';
import type { NatsLink } from '../nats/nats-link.js';
import { EVENT_STREAM, POSITION_HEADER, PREVIOUS_HEADER } from '../nats/subjects.js';
import type { IncomingEvent } from './consumed-event.js';

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 5000;
const INACTIVE_MS = 30_000;

export interface EventReaderOptions {
  link: NatsLink;
  stream: EventStream;
  /** Who reads. */
  service: string;
  /** Whose events. */
  owner: string;
  /** Where to begin, asked at every (re)start: events stored since then; undefined: only new ones. */
  since(): Promise<Date | undefined>;
  onEvent(event: IncomingEvent): void;
  /** Reading has begun, or begun again: events may be missing. */
  onStarted(): void;
}

/** What ends a reading: the consumer or its stream is gone, or may be. */
const LOSSES = new Set(['consumer_not_found', 'stream_not_found', 'consumer_deleted', 'heartbeats_missed']);

/**
 * Reads an owner's events with a consumer of this process alone, which acknowledges nothing: what was applied is known
 * in PostgreSQL. Starts anew whenever the server, the stream or the consumer was lost.
 */
export class EventReader {
  private readonly logger: Logger;
  private readonly stops: (() => void)[] = [];
  private messages: ConsumerMessages | undefined;
  private running: Promise<void> | undefined;
  private readonly closed = new AbortController();

  constructor(private readonly options: EventReaderOptions) {
    this.logger = new Logger(`EventReader ${options.owner}`);
  }

  start(): void {
    const restart = () => this.messages?.stop();
    this.stops.push(this.options.link.onReconnect(restart), this.options.stream.onReplaced(restart));
    this.running = this.run();
  }

  async close(): Promise<void> {
    this.closed.abort();
    for (const stop of this.stops) stop();
    this.messages?.stop();
    await this.running;
  }

  private async run(): Promise<void> {
    let delayMs = FIRST_DELAY_MS;
    while (!this.closed.signal.aborted) {
      try {
        await this.read(() => (delayMs = FIRST_DELAY_MS));
      } catch (error) {
        if (this.closed.signal.aborted) return;
        this.logger.warn(`cannot read events, next try in ${delayMs} ms: ${(error as Error).message}`);
      }
      await sleep(delayMs, undefined, { signal: this.closed.signal }).catch(() => undefined);
      delayMs = Math.min(delayMs * 2, LONGEST_DELAY_MS);
    }
  }

  private async read(onStarted: () => void): Promise<void> {
    const { link, stream, service, owner, since } = this.options;
    await stream.ensure();
    const name = `${service}_${owner}_${randomUUID().slice(0, 8)}`;
    const from = await since();
    await link.manager.consumers.add(EVENT_STREAM, {
      name,
      filter_subject: ownerSubjects(owner),
      ack_policy: AckPolicy.None,
      ...(from
        ? { deliver_policy: DeliverPolicy.StartTime, opt_start_time: from.toISOString() }
        : { deliver_policy: DeliverPolicy.New }),
      inactive_threshold: nanos(INACTIVE_MS),
      mem_storage: true,
    });
    const consumer = await link.jetstream.consumers.get(EVENT_STREAM, name);
    const messages = await consumer.consume({
      max_messages: 500,
      abort_on_missing_resource: true,
      callback: (message) => this.receive(message),
    });
    this.messages = messages;
    if (this.closed.signal.aborted) messages.stop();
    else onStarted();
    this.options.onStarted();
    void this.watch(messages);
    const error = await messages.closed();
    this.messages = undefined;
    if (link.isConnected) await link.manager.consumers.delete(EVENT_STREAM, name).catch(() => undefined);
    if (error) throw error;
  }

  private async watch(messages: ConsumerMessages): Promise<void> {
    for await (const { type } of messages.status()) if (LOSSES.has(type)) messages.stop();
  }

  private receive(message: JsMsg): void {
    const position = message.headers?.get(POSITION_HEADER);
    const previous = message.headers?.get(PREVIOUS_HEADER);
    if (!position || !previous) return this.logger.warn(`a message on ${message.subject} is none of ours`);
    this.options.onEvent({
      position: BigInt(position),
      previous: BigInt(previous),
      event: message.json<LoggedCloudEvent>(),
    });
  }
}
