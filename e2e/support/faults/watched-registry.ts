import { setTimeout as sleep } from 'node:timers/promises';
import { reply, ScriptedRegistry, type TestImage } from '@faktorz/testing';

/** One HEAD of a tag, from its arrival until it was answered or given up (milliseconds since 1970). */
export interface CheckSeen {
  tag: string;
  at: number;
  over: number;
}

/** A slow registry that remembers who was checked when, and may count requests as Docker Hub does. */
export class WatchedRegistry implements AsyncDisposable {
  readonly checks: CheckSeen[] = [];
  /** Requests beyond the limit. */
  refused = 0;
  private counted: number[] = [];

  private constructor(
    private readonly server: ScriptedRegistry,
    private readonly slownessMs: number,
    private readonly limit?: { requests: number; windowMs: number },
  ) {}

  static async start(slownessMs: number, limit?: { requests: number; windowMs: number }): Promise<WatchedRegistry> {
    return new WatchedRegistry(await ScriptedRegistry.start(), slownessMs, limit);
  }

  get host(): string {
    return this.server.host;
  }

  /** Serves an image under all these tags. */
  serve(repository: string, tags: readonly string[], image: TestImage): void {
    for (const tag of tags) this.server.serve(repository, tag, image);
    this.server.on(/\/manifests\/t\d+$/, async (request, response) => {
      if (this.limit && !this.count(this.limit, response)) {
        this.refused += 1;
        return reply(429, '', { 'retry-after': '5' })(request, response);
      }
      if (request.method !== 'HEAD') return false;
      const check = { tag: request.path.split('/').at(-1) ?? '', at: Date.now(), over: Infinity };
      this.checks.push(check);
      response.once('close', () => (check.over = Date.now()));
      await sleep(this.slownessMs);
      return response.destroyed ? undefined : false;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.stop();
  }

  /** A sliding window; false when it is full. */
  private count(
    { requests, windowMs }: { requests: number; windowMs: number },
    response: { setHeader(name: string, value: string): unknown },
  ): boolean {
    const now = Date.now();
    this.counted = this.counted.filter((at) => at > now - windowMs);
    if (this.counted.length >= requests) return false;
    this.counted.push(now);
    const window = `;w=${windowMs / 1000}`;
    response.setHeader('ratelimit-limit', `${requests}${window}`);
    response.setHeader('ratelimit-remaining', `${requests - this.counted.length}${window}`);
    return true;
  }
}
