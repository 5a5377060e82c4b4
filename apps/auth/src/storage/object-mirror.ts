import { ApiError, type KubeObject, type ResourceStorage } from '@faktorz/apimachinery';
import { Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';

/** Who is told of all objects of a kind, and of each change. */
export interface MirrorTarget<T extends KubeObject> {
  /** All objects are about to come anew; what is not among them is gone. */
  replaceAll(objects: readonly T[]): void;
  put(object: T): void;
  remove(object: T): void;
}

const RETRY_MS = 500;

/** Keeps a copy of all objects of one kind in memory, by their list and every change after it. */
export class ObjectMirror<T extends KubeObject> {
  private readonly logger: Logger;
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly name: string,
    private readonly storage: ResourceStorage<T>,
    private readonly target: MirrorTarget<T>,
  ) {
    this.logger = new Logger(`Mirror ${name}`);
  }

  /** Resolves when the copy is complete; it is kept up to date from then on. */
  async start(): Promise<void> {
    const position = await this.load();
    this.running = this.follow(position);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async load(): Promise<bigint> {
    const page = await this.storage.list({});
    const objects: T[] = [];
    for await (const object of page.items) objects.push(object);
    this.target.replaceAll(objects);
    return page.position;
  }

  private async follow(from: bigint): Promise<void> {
    const { signal } = this.stopping;
    let position: bigint | undefined = from;
    while (!signal.aborted) {
      try {
        position ??= await this.load();
        for await (const change of this.storage.changes({ after: position }, signal)) {
          position = change.position;
          if (change.type === 'DELETED') this.target.remove(change.object);
          else if (change.type !== 'PROGRESS') this.target.put(change.object);
        }
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof ApiError && error.reason === 'Expired') position = undefined;
        this.logger.warn(`${this.name}: ${error instanceof Error ? error.message : String(error)}; trying again`);
        await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }
}
