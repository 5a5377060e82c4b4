import { Wakeups } from '@faktorz/persistence';
import { RateLimited, type RegistryAnswer } from '@faktorz/registry-client';
import { Injectable, Logger, type OnApplicationBootstrap, type BeforeApplicationShutdown } from '@nestjs/common';
import { accountText, type AccountKey } from './account-key.js';
import { allowanceOf, reserveOf } from './allowance.js';
import { Rounds } from '../rounds.js';
import {
  RegistryAccountStore,
  type AccountState,
  type AccountUse,
  type BackOffReason,
} from './registry-account.store.js';
import { troubleOf } from './registry-trouble.js';

const CHANNEL = 'faktorz_importer_accounts';
const TELL_EVERY_MS = 2000;
/** With less than so many times the reserve left, a request is over only when the other replicas can know of it. */
const SCARCE_FACTOR = 3;

/**
 * What this process knows of the accounts it asks registries with: counts requests, keeps what registries say of their
 * limits, and lets nobody ask an account that was told to wait. All replicas share it through PostgreSQL; counts are told
 * every two seconds, refusals at once.
 */
@Injectable()
export class RegistryAccounts implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(RegistryAccounts.name);
  private readonly used = new Map<string, AccountUse>();
  /** Accounts of which little is left. */
  private readonly scarce = new Set<string>();
  /** Only accounts that rest or have failed. */
  private readonly unwell = new Map<string, AccountState>();
  private timer: NodeJS.Timeout | undefined;
  private stopListening: (() => void) | undefined;
  private readonly telling = new Rounds(() => this.tell());

  constructor(
    private readonly store: RegistryAccountStore,
    private readonly wakeups: Wakeups,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.stopListening = this.wakeups.on(CHANNEL, () => void this.learn());
    this.timer = setInterval(() => void this.telling.run(), TELL_EVERY_MS);
    this.timer.unref();
    await this.learn();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    this.stopListening?.();
    await this.telling.run();
  }

  /** Throws `RateLimited`, without asking, while the registry wants the account to be left alone. */
  admit(key: AccountKey): void {
    const state = this.unwell.get(accountText(key));
    if (state?.back_off_reason !== 'refused' || !state.back_off_until) return;
    const waitMs = state.back_off_until.getTime() - Date.now();
    if (waitMs <= 0) return;
    const until = `${state.back_off_until.toISOString().slice(0, 19)}Z`;
    throw new RateLimited(key.registry, waitMs, undefined, `not asked again before ${until}, as it wishes`);
  }

  /** Counts an answer. */
  answered(registry: string, { account, status, rateLimit }: RegistryAnswer): void {
    const use = this.useOf({ registry, account });
    use.requests += 1;
    if (status < 500 && status !== 429 && this.isInTrouble(use)) void this.recover(use);
    const allowance = rateLimit && allowanceOf(rateLimit);
    if (!allowance) return;
    // Answers overtake each other: of one batch the lowest is the newest.
    if (!use.allowance || allowance.remaining <= use.allowance.remaining) use.allowance = allowance;
    const isScarce = allowance.remaining <= SCARCE_FACTOR * reserveOf(allowance.limitRequests);
    if (isScarce) this.scarce.add(accountText(use));
    else this.scarce.delete(accountText(use));
  }

  /** Resolves when all replicas can know what the account was last told; at once while plenty is left. */
  async told(key: AccountKey): Promise<void> {
    if (this.scarce.has(accountText(key))) await this.telling.run();
  }

  /** Notes what a request failed with, if it was the registry's trouble and not the image's. Resolves when all replicas can know. */
  async failed(key: AccountKey, error: unknown): Promise<void> {
    const reason = troubleOf(error);
    if (!reason) return;
    const toldMs = error instanceof RateLimited ? error.retryAfterMs : undefined;
    try {
      const state = await this.store.recordFailure(key, reason, (error as Error).message, (toldMs ?? 0) / 1000);
      if (state) this.keep(state);
      if (state?.back_off_until) this.wakeups.notify(CHANNEL);
    } catch (cause) {
      this.logger.warn(`trouble with ${key.registry} could not be noted: ${(cause as Error).message}`);
    }
  }

  /** Until when, and why, scheduled checks leave the account alone; undefined: they need not. */
  restsUntil(key: AccountKey): { until: Date; reason: BackOffReason } | undefined {
    const { back_off_until: until, back_off_reason: reason } = this.unwell.get(accountText(key)) ?? {};
    return until && reason && until.getTime() > Date.now() ? { until, reason } : undefined;
  }

  private async tell(): Promise<void> {
    const uses = [...this.used.values()];
    if (uses.length === 0) return;
    this.used.clear();
    try {
      for (const state of await this.store.record(uses)) this.keep(state);
    } catch (error) {
      this.logger.warn(`requests to registries could not be counted: ${(error as Error).message}`);
    }
  }

  /** Answers that come after a refusal are to earlier requests: they end nothing. */
  private isInTrouble(key: AccountKey): boolean {
    const { failures = 0 } = this.unwell.get(accountText(key)) ?? {};
    return failures > 0 && this.restsUntil(key)?.reason !== 'refused';
  }

  private async recover(key: AccountKey): Promise<void> {
    this.unwell.delete(accountText(key)); // once is enough, however many answers come
    try {
      const state = await this.store.recovered(key);
      if (state) this.keep(state);
    } catch (error) {
      this.logger.warn(`the recovery of ${key.registry} could not be noted: ${(error as Error).message}`);
    }
  }

  private async learn(): Promise<void> {
    try {
      for (const state of await this.store.unwell()) this.keep(state);
    } catch (error) {
      this.logger.warn(`accounts could not be read: ${(error as Error).message}`);
    }
  }

  private keep(state: AccountState): void {
    const text = accountText(state);
    const rests = state.back_off_until !== null && state.back_off_until.getTime() > Date.now();
    if (rests || state.failures > 0) this.unwell.set(text, state);
    else this.unwell.delete(text);
  }

  private useOf(key: AccountKey): AccountUse {
    const text = accountText(key);
    const use = this.used.get(text) ?? { ...key, requests: 0 };
    this.used.set(text, use);
    return use;
  }
}
