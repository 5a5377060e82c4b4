import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from '@faktorz/apimachinery';
import { Logger } from '@nestjs/common';
import { type JetStreamClient, type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { AuthorizationError, connect, type NatsConnection } from '@nats-io/transport-node';
import { inboxPrefixOf } from './subjects.js';

/** How a service reaches nats-server. */
export interface NatsOptions {
  /** The service's name; its replies arrive under an inbox no other user may read. */
  name: string;
  natsUrl: string;
  /** Absent where the server asks for none (tests). */
  user?: string;
  password?: string;
}

const PATIENCE_MS = 60_000;

/** A process' one connection to nats-server, which is re-established for ever. */
export class NatsLink {
  private readonly logger = new Logger('NATS');
  private readonly reconnectListeners = new Set<() => void>();
  private connected = true;

  private constructor(
    readonly connection: NatsConnection,
    readonly jetstream: JetStreamClient,
    readonly manager: JetStreamManager,
  ) {
    void this.follow();
  }

  /** Connects, and waits a minute at most for the server to come up; rejects at once when it refuses the user. */
  static async open(options: NatsOptions): Promise<NatsLink> {
    const connection = await connectPatiently(options);
    const manager = await jetstreamManager(connection, { checkAPI: false });
    return new NatsLink(connection, jetstream(connection), manager);
  }

  get isConnected(): boolean {
    return this.connected && !this.connection.isClosed();
  }

  /** Calls the listener after every reconnect, until the returned function is called. */
  onReconnect(listener: () => void): () => void {
    this.reconnectListeners.add(listener);
    return () => this.reconnectListeners.delete(listener);
  }

  /** Lets what is on its way arrive, then closes. */
  async close(): Promise<void> {
    if (this.connection.isClosed()) return;
    if (!this.connected) return this.connection.close();
    await this.connection.drain().catch(() => this.connection.close());
  }

  private async follow(): Promise<void> {
    for await (const status of this.connection.status()) {
      if (status.type === 'disconnect') {
        this.connected = false;
        this.logger.warn('connection lost, trying again');
      } else if (status.type === 'reconnect') {
        this.connected = true;
        this.logger.log('connected again');
        for (const listener of this.reconnectListeners) listener();
      } else if (status.type === 'error') {
        this.logger.warn(`server says: ${status.error.message}`);
      }
    }
    this.connected = false;
  }
}

async function connectPatiently({ name, natsUrl, user, password }: NatsOptions): Promise<NatsConnection> {
  const deadline = Date.now() + PATIENCE_MS;
  for (let delayMs = 50; ; delayMs = Math.min(delayMs * 2, 1000)) {
    try {
      return await connect({
        servers: natsUrl.split(','),
        user,
        pass: password,
        name,
        inboxPrefix: inboxPrefixOf(name),
        maxReconnectAttempts: -1,
        reconnectTimeWait: 200,
        reconnectJitter: 100,
        noAsyncTraces: true, // a stack for every question, in case it fails, costs more than the question
        ignoreAuthErrorAbort: true, // later on: a server that is being set up anew
        pingInterval: 10_000,
        maxPingOut: 2,
      });
    } catch (error) {
      if (error instanceof AuthorizationError) throw error;
      if (Date.now() + delayMs > deadline)
        throw new ApiError('ServiceUnavailable', 'NATS cannot be reached', undefined, { cause: error });
      await sleep(delayMs);
    }
  }
}
