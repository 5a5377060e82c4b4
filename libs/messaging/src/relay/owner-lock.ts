import pg from 'pg';

const TRY_EVERY_MS = 1000;

/**
 * An advisory lock that one process of a service holds at a time, on a connection of its own: when the process or the
 * connection dies, another takes over within a second.
 */
export class OwnerLock {
  private client: pg.Client | undefined;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;
  private trying: Promise<void> | undefined;

  constructor(
    private readonly url: string,
    private readonly key: string,
    private readonly onHeld: () => void,
    private readonly onLost: () => void,
  ) {}

  start(): void {
    this.try();
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.trying;
    const { client } = this;
    this.client = undefined;
    await client?.end().catch(() => undefined);
  }

  private try(): void {
    if (this.closed) return;
    this.trying = this.acquire().catch(() => this.tryLater());
  }

  private tryLater(): void {
    if (this.closed) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.try(), TRY_EVERY_MS);
  }

  private async acquire(): Promise<void> {
    const client = this.client ?? (await this.connect());
    const { rows } = await client.query<{ held: boolean }>(
      'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS held',
      [this.key],
    );
    if (!rows[0]?.held) return this.tryLater();
    if (this.client === client && !this.closed) this.onHeld();
  }

  private async connect(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.url, keepAlive: true });
    const lost = () => {
      if (this.client !== client) return;
      this.client = undefined;
      client.end().catch(() => undefined);
      this.onLost();
      this.tryLater();
    };
    client.on('error', lost);
    client.on('end', lost);
    await client.connect();
    this.client = client;
    return client;
  }
}
