import { Pool, type Dispatcher } from 'undici';

/** How long a replica that refused a connection is asked last. */
const REST_AFTER_FAILURE_MS = 1000;

/** One process of an owner, with the connections kept open to it. */
export class Replica {
  private failedAtMs = -Infinity;
  readonly pool: Dispatcher;

  constructor(readonly url: string) {
    this.pool = new Pool(new URL(url).origin, {
      connections: null, // every watch holds one for its whole life
      pipelining: 1,
      keepAliveTimeout: 30_000,
      connect: { timeout: 2000 },
    });
  }

  isResting(nowMs: number): boolean {
    return nowMs - this.failedAtMs < REST_AFTER_FAILURE_MS;
  }

  failed(): void {
    this.failedAtMs = performance.now();
  }

  answered(): void {
    this.failedAtMs = -Infinity;
  }
}

/** All replicas of one owner; requests go around, those that just failed come last. */
export class Upstream {
  readonly replicas: readonly Replica[];
  private turn = 0;

  constructor(
    readonly owner: string,
    urls: readonly string[],
  ) {
    this.replicas = urls.map((url) => new Replica(url));
  }

  /** Every replica once, in the order in which this request should try them. */
  inTurn(): readonly Replica[] {
    if (this.replicas.length === 1) return this.replicas;
    const start = this.turn++ % this.replicas.length;
    const order = [...this.replicas.slice(start), ...this.replicas.slice(0, start)];
    const nowMs = performance.now();
    return [
      ...order.filter((replica) => !replica.isResting(nowMs)),
      ...order.filter((replica) => replica.isResting(nowMs)),
    ];
  }

  /** Ends the connections once their requests are done; those still running after the grace are cut. */
  async close(graceMs: number): Promise<void> {
    await Promise.all(
      this.replicas.map(async ({ pool }) => {
        const cut = setTimeout(() => void pool.destroy(), graceMs);
        await pool.close().catch(() => undefined); // destroyed meanwhile
        clearTimeout(cut);
      }),
    );
  }
}
