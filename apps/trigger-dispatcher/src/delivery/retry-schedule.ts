/**
 * Seconds between the attempts of one delivery: at once, then at growing distances, ten attempts over about 75 hours
 * (Standard Webhooks, "Deliverability and reliability").
 */
export const RETRY_DELAYS_SECONDS: readonly number[] = [
  5,
  5 * 60,
  30 * 60,
  2 * 3600,
  5 * 3600,
  10 * 3600,
  14 * 3600,
  20 * 3600,
  24 * 3600,
];

/** A share of the delay is random, so that receivers that were down are not met by everybody at once. */
const JITTER = 0.1;
const LONGEST_RETRY_AFTER_SECONDS = 24 * 3600;

/**
 * Seconds until the next attempt, or `undefined` when the delivery is given up.
 * @param attempts how many there were, the one that just failed included.
 * @param retryAfterSeconds what the receiver asked for; it never makes the wait shorter.
 * @param random between 0 and 1.
 */
export function nextDelaySeconds(attempts: number, retryAfterSeconds = 0, random = Math.random()): number | undefined {
  const delay = RETRY_DELAYS_SECONDS[attempts - 1];
  if (delay === undefined) return undefined;
  const jittered = delay * (1 + JITTER * random);
  return Math.max(jittered, Math.min(retryAfterSeconds, LONGEST_RETRY_AFTER_SECONDS));
}

/** Seconds that a `Retry-After` header asks for (RFC 9110, 10.2.3: seconds or an HTTP date); 0 when it says nothing. */
export function retryAfterSeconds(header: string | undefined, now: Date): number {
  if (!header) return 0;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header.trim());
  const at = Date.parse(header);
  return Number.isNaN(at) ? 0 : Math.max(0, (at - now.getTime()) / 1000);
}
