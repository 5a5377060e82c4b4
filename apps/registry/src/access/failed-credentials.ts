import { Injectable } from '@nestjs/common';

/** After so many credentials that were no good, an address has to wait between tries. */
const FREE_TRIES = 50;
const LONGEST_WAIT_MS = 60_000;
const FORGOTTEN_AFTER_MS = 15 * 60_000;
const ADDRESSES_KEPT = 10_000;

interface Failures {
  count: number;
  lastAtMs: number;
}

/** Slows down guessing: counts, by address, credentials that were no good. */
@Injectable()
export class FailedCredentials {
  private readonly failures = new Map<string, Failures>();

  /** 0 if the address may try now, else how many seconds to wait. */
  waitSeconds(address: string, nowMs = Date.now()): number {
    const known = this.failures.get(address);
    if (!known || known.count < FREE_TRIES) return 0;
    const waitMs = Math.min(LONGEST_WAIT_MS, 1000 * 2 ** Math.min(known.count - FREE_TRIES, 10));
    return Math.max(0, Math.ceil((known.lastAtMs + waitMs - nowMs) / 1000));
  }

  failed(address: string, nowMs = Date.now()): void {
    const known = this.failures.get(address);
    const isOld = known !== undefined && nowMs - known.lastAtMs > FORGOTTEN_AFTER_MS;
    this.failures.delete(address);
    this.failures.set(address, { count: known && !isOld ? known.count + 1 : 1, lastAtMs: nowMs });
    const oldest = this.failures.size > ADDRESSES_KEPT ? this.failures.keys().next().value : undefined;
    if (oldest !== undefined) this.failures.delete(oldest);
  }

  /** One failure is forgiven: who has a good token does not buy guesses with it. */
  succeeded(address: string): void {
    const known = this.failures.get(address);
    if (known && known.count > 1) known.count -= 1;
    else this.failures.delete(address);
  }
}
