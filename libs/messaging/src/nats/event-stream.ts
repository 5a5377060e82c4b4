import { Logger } from '@nestjs/common';
import {
  DiscardPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream';
import { EVENT_SUBJECTS } from '@faktorz/domain';
import { nanos } from '@nats-io/transport-node';
import type { NatsLink } from './nats-link.js';
import { EVENT_STREAM } from './subjects.js';

const LOOK_EVERY_MS = 5000;
const STREAM_NAME_IN_USE = 10058;

/** The stream as every service makes it that starts first; nothing a nats-server 2.9 does not know. */
const CONFIG = {
  name: EVENT_STREAM,
  subjects: [EVENT_SUBJECTS],
  storage: StorageType.File,
  retention: RetentionPolicy.Limits,
  discard: DiscardPolicy.Old,
  max_age: nanos(7 * 24 * 3600 * 1000),
  duplicate_window: nanos(2 * 60 * 1000),
} satisfies Partial<StreamConfig>;

/**
 * The stream that carries events. It may be lost at any time: it is made anew, and everybody who cares is told, to
 * look for what was missed in PostgreSQL.
 */
export class EventStream {
  private readonly logger = new Logger('EventStream');
  private readonly replacedListeners = new Set<() => void>();
  private looking: Promise<string> | undefined;
  private created: string | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly link: NatsLink,
    private readonly replicas: number,
  ) {}

  /** Looks every 5 s and after every reconnect whether the stream is still the same one. */
  watch(): void {
    const look = () => void this.ensure().catch((error: Error) => this.logger.warn(`no stream: ${error.message}`));
    this.timer = setInterval(look, LOOK_EVERY_MS);
    this.timer.unref();
    this.link.onReconnect(look);
  }

  close(): void {
    clearInterval(this.timer);
    this.replacedListeners.clear();
  }

  /** Calls the listener when the stream is found to be another one than before. */
  onReplaced(listener: () => void): () => void {
    this.replacedListeners.add(listener);
    return () => this.replacedListeners.delete(listener);
  }

  /** Makes the stream if it is missing; its time of creation, which tells one stream from its successor. */
  ensure(): Promise<string> {
    this.looking ??= this.find().finally(() => (this.looking = undefined));
    return this.looking;
  }

  private async find(): Promise<string> {
    const created = await this.readOrMake();
    const before = this.created;
    this.created = created;
    if (before !== undefined && before !== created) {
      this.logger.warn('the stream of events is a new one: what it lacks is read from the owners');
      for (const listener of this.replacedListeners) listener();
    }
    return created;
  }

  private async readOrMake(): Promise<string> {
    const { streams } = this.link.manager;
    try {
      return (await streams.info(EVENT_STREAM)).created;
    } catch (error) {
      if (!(error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound)) throw error;
    }
    try {
      return (await streams.add({ ...CONFIG, num_replicas: this.replicas })).created;
    } catch (error) {
      // Another service made it, with a configuration of its version's own.
      if (error instanceof JetStreamApiError && error.code === STREAM_NAME_IN_USE) {
        return (await streams.info(EVENT_STREAM)).created;
      }
      throw error;
    }
  }
}
