import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError, type KubeObject } from '@faktorz/apimachinery';
import type { TriggerTargetStore, WatchScope } from '../trigger/trigger-target.store.js';
import type { ClusterClient, WatchEvent } from './cluster-client.js';

const SHORTEST_WATCH_MS = 1_000;
const SHORTEST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
/** How long a kind that the cluster does not have is left alone. */
const ABSENT_PAUSE_MS = 60_000;

/** How far the watch of a kind has come; an error where it cannot go on for now. */
export type InformerState = 'beginning' | 'watching' | 'absent' | Error;

export interface InformerOptions {
  scope: WatchScope;
  targets: TriggerTargetStore;
  /** The client to use now: it changes with the credentials. */
  client(): Promise<ClusterClient>;
  /** Told whenever the state changes, and at every sign of life. */
  onState(state: InformerState): void;
}

/**
 * Keeps the index of the triggered objects of one kind up to date: lists them once, then watches from there. A watch that
 * ends is resumed where it ended; one whose place the server has forgotten begins with a new list.
 */
export class TargetInformer {
  private version: string | undefined;
  private pauseMs = SHORTEST_PAUSE_MS;
  /** `namespace/name` of the objects that stand in the index. */
  private readonly triggered = new Set<string>();

  constructor(private readonly options: InformerOptions) {}

  /** Until the signal aborts; throws nothing. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const begun = Date.now();
      try {
        await this.follow(signal);
        // A server that ends each watch at once is not asked without end.
        if (Date.now() - begun < SHORTEST_WATCH_MS) await pause(this.nextPauseMs(), signal);
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof ApiError && error.code === 410) this.version = undefined;
        else this.options.onState(error as Error);
        await pause(this.nextPauseMs(error), signal);
      }
    }
  }

  private async follow(signal: AbortSignal): Promise<void> {
    const { scope, onState } = this.options;
    const client = await this.options.client();
    if (this.version === undefined) {
      if (!(await client.serves(scope.target, signal))) {
        onState('absent');
        return pause(ABSENT_PAUSE_MS, signal);
      }
      this.version = await this.list(client, signal);
    }
    onState('watching');
    await this.watch(client, signal);
  }

  private async list(client: ClusterClient, signal: AbortSignal): Promise<string> {
    const { scope, targets } = this.options;
    const known = await targets.newestVersion(scope);
    this.triggered.clear();
    let version: string | undefined;
    for await (const page of client.list(scope.target, signal, scope.namespace)) {
      if (version === undefined && known > BigInt(page.version)) await targets.forgetAll(scope);
      version = page.version;
      const found = page.items.filter((object) => this.hasTriggers(object));
      await targets.seeAll(scope, found);
      for (const object of found) this.triggered.add(nameOf(object));
    }
    await targets.keepOnly(scope, [...this.triggered], version ?? '0');
    return version ?? '0';
  }

  private async watch(client: ClusterClient, signal: AbortSignal): Promise<void> {
    const { scope, onState } = this.options;
    for await (const event of client.watch(scope.target, this.version ?? '', signal, scope.namespace)) {
      if (event.type === 'ERROR') throw watchRefusal(event.object);
      this.pauseMs = SHORTEST_PAUSE_MS;
      onState('watching');
      if (event.type !== 'BOOKMARK') await this.take(event);
      this.version = event.object.metadata.resourceVersion ?? this.version;
    }
  }

  /** Of objects without triggers, most of them on a real cluster, nothing is asked or stored. */
  private async take({ type, object }: WatchEvent): Promise<void> {
    const { scope, targets } = this.options;
    const { cluster, target } = scope;
    const name = nameOf(object);
    if (type !== 'DELETED' && this.hasTriggers(object)) {
      this.triggered.add(name);
      await targets.see(scope, object);
    } else if (this.triggered.has(name)) {
      const { namespace = '', name: objectName, resourceVersion } = object.metadata;
      await targets.forget(target, { cluster, namespace, name: objectName }, resourceVersion ?? this.version ?? '0');
      this.triggered.delete(name);
    }
  }

  private hasTriggers(object: KubeObject): boolean {
    return this.options.scope.target.notation.stateOf(object) !== undefined;
  }

  /** Longer after each failure, and never the same for all that failed at the same moment. */
  private nextPauseMs(error?: unknown): number {
    const pauseMs = this.pauseMs * (0.5 + Math.random());
    this.pauseMs = Math.min(LONGEST_PAUSE_MS, this.pauseMs * 2);
    const asked = error instanceof ApiError ? (error.details?.retryAfterSeconds ?? 0) : 0;
    return Math.max(pauseMs, asked * 1000);
  }
}

/** A server that cannot go on says so in the stream, most often because it has forgotten the version. */
function watchRefusal({ message = 'the watch cannot go on', code = 410 }: KubeObject & Partial<Refusal>): ApiError {
  return new ApiError(code === 410 ? 'Expired' : undefined, message, undefined, { code });
}

interface Refusal {
  message: string;
  code: number;
}

function nameOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return sleep(ms, undefined, { signal }).catch(() => undefined);
}
