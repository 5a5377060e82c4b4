import { setTimeout as sleep } from 'node:timers/promises';
import type { TestSystem } from '@faktorz/testing';
import { history, IMAGE_API, type StreamView } from '../image-streams.js';
import { imagesText, type WatchedChange } from './checks.js';

interface WatchEvent {
  type: string;
  object: StreamView & { message?: string; code?: number };
}

const RETRY_MS = 100;

/** A watch of streams that begins again where it was whenever it breaks, and writes down what it saw. */
export class ResumingWatch {
  readonly seen: WatchedChange[] = [];
  readonly problems: string[] = [];
  /** How often it began. */
  begun = 0;

  constructor(
    private readonly system: TestSystem,
    readonly name: string,
    /** `namespaces/x/imagestreams` with or without a query. */
    private readonly path: string,
    private resourceVersion: string,
    private readonly isOurs: (stream: StreamView) => boolean = () => true,
  ) {}

  /** Watches until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.problems.length === 0) {
      try {
        await this.watch(signal);
      } catch {
        // The connection broke, or nobody answered.
      }
      if (!signal.aborted) await sleep(RETRY_MS);
    }
  }

  /** The version it has seen everything up to. */
  get upTo(): bigint {
    return BigInt(this.resourceVersion);
  }

  private async watch(signal: AbortSignal): Promise<void> {
    const query = new URLSearchParams({
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: this.resourceVersion,
    });
    const response = await this.system.request(
      `${IMAGE_API}/${this.path}${this.path.includes('?') ? '&' : '?'}${query}`,
      { signal },
    );
    if (response.status >= 500 || response.status === 429) return void (await response.text());
    if (response.status !== 200) {
      this.problems.push(`${this.name}: ${response.status} ${await response.text()}`);
      return;
    }
    this.begun++;
    let rest = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      const lines = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.take(JSON.parse(line) as WatchEvent);
    }
  }

  private take({ type, object }: WatchEvent): void {
    if (type === 'ERROR') {
      if ((object.code ?? 0) < 500) this.problems.push(`${this.name}: ${object.message}`);
      return;
    }
    this.resourceVersion = object.metadata.resourceVersion;
    if (type === 'BOOKMARK' || !this.isOurs(object)) return;
    const images = new Map<string, string>();
    for (const { tag } of object.status.tags ?? []) {
      const [image] = history(object, tag);
      if (image) images.set(tag, image);
    }
    this.seen.push({
      type,
      name: object.metadata.name,
      position: BigInt(object.metadata.resourceVersion),
      images: imagesText(images),
    });
  }
}
