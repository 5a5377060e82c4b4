import { Logger } from '@nestjs/common';
import pg from 'pg';

/** `isOwn`: the nudge came from this process. */
type Listener = (isOwn: boolean) => void;

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 5000;

/**
 * Nudges between the processes of a service (LISTEN/NOTIFY), on one connection of its own. Nudges of the same process
 * are heard at once; others within a round trip. A nudge may be lost while the database is away: whoever listens also
 * polls, at most every second. Listeners are called after every reconnect, for what was missed.
 *
 * Nudges are sent after the commit they speak of, not within: NOTIFY in a transaction would hold a lock of the whole
 * cluster while its commit is written to disk, and so line up the commits of all services.
 */
export class Wakeups {
  private readonly logger = new Logger(Wakeups.name);
  private readonly listeners = new Map<string, Set<Listener>>();
  private readonly unsent = new Set<string>();
  private client: pg.Client | undefined;
  private connecting = false;
  private sending = false;
  private closed = false;
  private delayMs = FIRST_DELAY_MS;
  private retry: NodeJS.Timeout | undefined;

  constructor(private readonly connection: pg.ClientConfig) {}

  /** Calls `listener` whenever the channel is nudged, until the returned function is called. */
  on(channel: string, listener: Listener): () => void {
    const known = this.listeners.get(channel);
    const listeners = known ?? new Set();
    listeners.add(listener);
    if (!known) {
      this.listeners.set(channel, listeners);
      if (this.client) this.send(`LISTEN ${quoted(channel)}`);
      else this.connect();
    }
    return () => listeners.delete(listener);
  }

  /** Nudges all processes; calls in quick succession are sent as one. */
  notify(channel: string): void {
    this.wake(channel, true);
    this.unsent.add(channel);
    void this.flush();
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.retry);
    const { client } = this;
    this.client = undefined;
    await client?.end().catch(() => undefined);
  }

  private wake(channel: string, isOwn = false): void {
    for (const listener of this.listeners.get(channel) ?? []) listener(isOwn);
  }

  private async flush(): Promise<void> {
    if (this.sending || this.unsent.size === 0) return;
    const { client } = this;
    if (!client) return this.connect();
    this.sending = true;
    const channels = [...this.unsent];
    this.unsent.clear();
    try {
      await client.query(channels.map((channel) => `NOTIFY ${quoted(channel)}`).join(';'));
    } catch {
      for (const channel of channels) this.unsent.add(channel); // the connection's 'error' reconnects and sends them
      return;
    } finally {
      this.sending = false;
    }
    void this.flush();
  }

  private connect(): void {
    if (this.connecting || this.client || this.closed) return;
    this.connecting = true;
    const client = new pg.Client({ ...this.connection, keepAlive: true });
    client.on('error', (error) => this.lost(client, error));
    client.on('end', () => this.lost(client, new Error('the connection ended')));
    client.on('notification', (message) => {
      if (message.processId !== ownProcess(client)) this.wake(message.channel);
    });
    client
      .connect()
      .then(() => client.query('SET synchronous_commit = off'))
      .then(() => this.listen(client))
      .catch((error: Error) => {
        this.connecting = false;
        client.end().catch(() => undefined);
        this.reconnectLater(error);
      });
  }

  private async listen(client: pg.Client): Promise<void> {
    const channels = [...this.listeners.keys()];
    if (channels.length > 0) await client.query(channels.map((channel) => `LISTEN ${quoted(channel)}`).join(';'));
    this.connecting = false;
    if (this.closed) return client.end();
    this.client = client;
    this.delayMs = FIRST_DELAY_MS;
    for (const channel of this.listeners.keys()) {
      if (!channels.includes(channel)) this.send(`LISTEN ${quoted(channel)}`);
      this.wake(channel);
    }
    void this.flush();
  }

  private send(text: string): void {
    this.client?.query(text).catch((error: Error) => this.logger.warn(`${text}: ${error.message}`));
  }

  private lost(client: pg.Client, error: Error): void {
    if (this.client !== client || this.closed) return;
    this.client = undefined;
    client.end().catch(() => undefined);
    this.reconnectLater(error);
  }

  private reconnectLater(error: Error): void {
    if (this.closed) return;
    this.logger.warn(`listening connection lost, next try in ${this.delayMs} ms: ${error.message}`);
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.connect(), this.delayMs);
    this.delayMs = Math.min(this.delayMs * 2, LONGEST_DELAY_MS);
  }
}

function quoted(channel: string): string {
  return pg.escapeIdentifier(channel);
}

/** Backend process of a connection; node-postgres keeps it, its types do not say so. */
function ownProcess(client: pg.Client): number | null {
  return (client as unknown as { processID: number | null }).processID;
}
