import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { ApiError } from '@faktorz/apimachinery';
import { resourceOf, type TriggerTarget } from '../targets/target.js';
import type { TriggerTargetStore, WatchScope } from '../trigger/trigger-target.store.js';
import type { ClusterClient } from './cluster-client.js';
import type { ClusterFindings } from './cluster-status.js';
import { type InformerState, TargetInformer } from './target-informer.js';

/** A change for the better or worse is written this soon, together with others of the same moment. */
const SETTLE_MS = 200;
/** How often changed credentials are looked for, and a quiet cluster is said to be well. */
const LOOK_EVERY_MS = 10_000;

export interface SessionOptions {
  cluster: string;
  /** Token of this process's claim of the watch. */
  claim: string;
  /** Only these namespaces; empty: all. */
  namespaces: readonly string[];
  kinds: readonly TriggerTarget[];
  targets: TriggerTargetStore;
  client(): Promise<ClusterClient>;
  /** The cluster has refused the credentials. */
  onRefused(): void;
  /** Told what is known, soon after it changes and every now and then. */
  onFindings(findings: Omit<ClusterFindings, 'connection'>): Promise<void>;
}

/** One process's watch of one cluster: an informer for each kind, and for each namespace where only some are watched. */
export class ClusterSession {
  private readonly logger = new Logger('Clusters');
  private readonly states = new Map<string, InformerState>();
  private lastContact: Date | undefined;
  private wake: () => void = () => undefined;

  constructor(private readonly options: SessionOptions) {}

  /** Until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { cluster, claim, kinds, namespaces, targets, client } = this.options;
    setMaxListeners(0, signal); // one for each kind and namespace
    const scopes = kinds.flatMap((target): WatchScope[] =>
      namespaces.length === 0
        ? [{ cluster, claim, target }]
        : namespaces.map((namespace) => ({ cluster, claim, target, namespace })),
    );
    const informers = scopes.map((scope) => {
      const name = [scope.namespace, resourceOf(scope.target)].filter((part) => part !== undefined).join('/');
      this.states.set(name, 'beginning');
      return new TargetInformer({ scope, targets, client, onState: (state) => this.note(name, state) });
    });
    await Promise.all([this.report(signal), ...informers.map((informer) => informer.run(signal))]);
  }

  private note(name: string, state: InformerState): void {
    if (!(state instanceof Error)) this.lastContact = new Date();
    else if (state instanceof ApiError && state.reason === 'Unauthorized') this.options.onRefused();
    const known = this.states.get(name);
    this.states.set(name, state);
    const isSame =
      known === state || (known instanceof Error && state instanceof Error && known.message === state.message);
    if (isSame) return;
    if (state instanceof Error)
      this.logger.warn(`${this.options.cluster || 'our own store'}, ${name}: ${state.message}`);
    this.wake();
  }

  private async report(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const changed = new Promise<void>((resolve) => (this.wake = resolve));
      await this.options.onFindings({ states: this.states, lastContact: this.lastContact });
      await Promise.race([changed, pause(LOOK_EVERY_MS, signal)]);
      await pause(SETTLE_MS, signal);
    }
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return sleep(ms, undefined, { signal }).catch(() => undefined);
}
