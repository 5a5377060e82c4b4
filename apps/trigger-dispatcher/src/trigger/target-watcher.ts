import { setTimeout as sleep } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { ApiError } from '@faktorz/apimachinery';
import { triggerTargets } from '../targets/index.js';
import { resourceOf, type TriggerTarget } from '../targets/target.js';
import { type ObjectName, TriggerTargetStore } from './trigger-target.store.js';
import { WorkloadsClient } from './workloads-client.js';

const SHORTEST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;
/** A watch is asked to end before; one that does not has lost its server. */
const LONGEST_WATCH_MS = 330_000;

/** Keeps the index of triggered objects up to date: lists each kind once, then watches it. */
@Injectable()
export class TargetWatcher implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(TargetWatcher.name);
  private readonly stop = new AbortController();
  private running: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly workloads: WorkloadsClient,
    private readonly targets: TriggerTargetStore,
  ) {}

  onApplicationBootstrap(): void {
    this.running = Promise.all(triggerTargets.map((target) => this.follow(target)));
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stop.abort();
    await this.running;
  }

  private async follow(target: TriggerTarget): Promise<void> {
    const place: { version?: string; pauseMs: number } = { pauseMs: SHORTEST_PAUSE_MS };
    while (!this.stop.signal.aborted) {
      try {
        place.version ??= await this.list(target);
        place.pauseMs = SHORTEST_PAUSE_MS;
        await this.watch(target, place as { version: string });
      } catch (error) {
        if (this.stop.signal.aborted) return;
        if (error instanceof ApiError && error.reason === 'Expired') place.version = undefined;
        else this.logger.warn(`${resourceOf(target)}: ${(error as Error).message}`);
        await sleep(place.pauseMs, undefined, { signal: this.stop.signal }).catch(() => undefined);
        place.pauseMs = Math.min(LONGEST_PAUSE_MS, place.pauseMs * 2);
      }
    }
  }

  private async list(target: TriggerTarget): Promise<string> {
    const names: ObjectName[] = [];
    let version = '0';
    for await (const page of this.workloads.list(target, this.stop.signal)) {
      version = page.version;
      for (const object of page.items) {
        await this.targets.see(target, object);
        names.push({ namespace: object.metadata.namespace ?? '', name: object.metadata.name });
      }
    }
    await this.targets.keepOnly(target, names, version);
    return version;
  }

  private async watch(target: TriggerTarget, place: { version: string }): Promise<void> {
    const signal = AbortSignal.any([this.stop.signal, AbortSignal.timeout(LONGEST_WATCH_MS)]);
    for await (const { type, object } of this.workloads.watch(target, place.version, signal)) {
      if (type === 'ERROR') throw new ApiError('Expired', object.message ?? 'the watch cannot go on');
      const { namespace = '', name, resourceVersion = place.version } = object.metadata;
      if (type === 'DELETED') await this.targets.forget(target, { namespace, name }, resourceVersion);
      else if (type !== 'BOOKMARK') await this.targets.see(target, object);
      place.version = resourceVersion;
    }
  }
}
