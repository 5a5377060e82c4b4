import { setTimeout as sleep } from 'node:timers/promises';
import type { TestSystem } from '@faktorz/testing';
import type { Random } from './random.js';

/** Something that can be killed: a service's process (`importer/1`), `nats-server` or `postgresql`. */
export type Victim = { service: string; index: number };

/** Every process of the system but the launcher. */
export const EVERYBODY: readonly Victim[] = [
  { service: 'tag-tracker', index: 0 },
  { service: 'tag-tracker', index: 1 },
  { service: 'importer', index: 0 },
  { service: 'importer', index: 1 },
  { service: 'trigger-dispatcher', index: 0 },
  { service: 'trigger-dispatcher', index: 1 },
  { service: 'auth', index: 0 },
  { service: 'gateway', index: 0 },
  { service: 'nats-server', index: 0 },
  { service: 'postgresql', index: 0 },
];

/** Kills at random times, and counts. */
export class Mayhem {
  readonly kills = new Map<string, number>();

  constructor(
    private readonly system: TestSystem,
    private readonly random: Random,
  ) {}

  /** Kills somebody of `victims` after each pause (milliseconds, at random between both), until the signal aborts. */
  async rage(victims: readonly Victim[], pauseMs: readonly [number, number], signal: AbortSignal): Promise<void> {
    let waiting: Victim[] = [];
    while (!signal.aborted) {
      await sleep(this.random.between(...pauseMs), undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      // Everybody has a turn before anybody has a second one.
      if (waiting.length === 0) waiting = [...victims];
      const victim = this.random.pick(waiting);
      waiting = waiting.filter((other) => other !== victim);
      await this.kill(victim);
    }
  }

  /** Kills now; one that is just being started again is left alone. */
  async kill({ service, index }: Victim): Promise<void> {
    try {
      await this.system.kill(service, index);
    } catch {
      return;
    }
    this.count(service);
  }

  /** Ends nats-server and takes away all it has stored. */
  async wipe(): Promise<void> {
    await this.system.wipeMessages();
    this.count('nats-server (store removed)');
  }

  get total(): number {
    return [...this.kills.values()].reduce((sum, count) => sum + count, 0);
  }

  private count(what: string): void {
    this.kills.set(what, (this.kills.get(what) ?? 0) + 1);
  }
}
