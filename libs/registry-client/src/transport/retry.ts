import { setTimeout as sleep } from 'node:timers/promises';
import { RateLimited, RegistryTimeout, RegistryUnreachable, UnexpectedAnswer } from '../errors.js';

/** How often and after what time failed requests are repeated. */
export interface RetryPolicy {
  /** Attempts beside the first. */
  extraAttempts: number;
  afterTimeoutMs: number;
  /** After 500, 502, 503 and 504. */
  afterServerErrorMs: number;
  /** After a 429 that names no time. */
  afterRateLimitMs: number;
  /** A longer `Retry-After` is not waited for: the caller gets `RateLimited` at once. */
  longestWaitMs: number;
}

export const DEFAULT_RETRY: Readonly<RetryPolicy> = {
  extraAttempts: 2,
  afterTimeoutMs: 1000,
  afterServerErrorMs: 5000,
  afterRateLimitMs: 2000,
  longestWaitMs: 10_000,
};

/** Runs a read-only request until it succeeds, fails for good or has been repeated often enough; throws the last error. */
export async function withRetries<T>(
  policy: RetryPolicy,
  signal: AbortSignal | undefined,
  request: () => Promise<T>,
): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await request();
    } catch (error) {
      const waitMs = retryDelayMs(error, policy);
      if (waitMs === undefined || attempt >= policy.extraAttempts) throw error;
      await sleep(waitMs, undefined, { signal });
    }
  }
}

/** How long to wait before this failure is worth another try; undefined when it is not. */
function retryDelayMs(error: unknown, policy: RetryPolicy): number | undefined {
  if (error instanceof RateLimited) {
    const waitMs = error.retryAfterMs ?? policy.afterRateLimitMs;
    return waitMs <= policy.longestWaitMs ? waitMs : undefined;
  }
  if (error instanceof RegistryTimeout) return error.phase === 'total' ? undefined : policy.afterTimeoutMs;
  // A server may close an idle connection just when we use it again.
  if (error instanceof RegistryUnreachable)
    return error.code === 'ECONNRESET' || error.code === 'UND_ERR_SOCKET' ? 0 : undefined;
  if (error instanceof UnexpectedAnswer && [500, 502, 503, 504].includes(error.status))
    return policy.afterServerErrorMs;
  return undefined;
}
