import type { RateLimit } from '@faktorz/registry-client';

/** Of a registry's limit, what scheduled checks leave for people's own imports and pulls. */
const RESERVED_SHARE = 0.1;
/** Registries may say what they like; more than this means no limit at all. */
const MOST_REQUESTS = 1_000_000_000;
const LONGEST_SECONDS = 30 * 86_400;
/** What is said without a window is believed for so long. */
const BELIEVED_SECONDS = 60;

/** What the registry's last word on its limit means for the checks to come. */
export interface Allowance {
  limitRequests?: number;
  windowSeconds?: number;
  remaining: number;
  believedSeconds: number;
  /** Set when so little is left that checks should wait. */
  restSeconds?: number;
}

/** How many requests of a limit are not for scheduled checks. */
export function reserveOf(limitRequests: number | undefined): number {
  return Math.max(1, Math.ceil((limitRequests ?? 0) * RESERVED_SHARE));
}

/**
 * Undefined when nothing is said of what is left. Once that is down to the reserve, checks rest until the window is over
 * or, of a sliding window whose end nobody tells, until it has moved on by as much as is missing.
 */
export function allowanceOf(said: RateLimit): Allowance | undefined {
  if (said.remaining === undefined) return undefined;
  const remaining = Math.min(said.remaining, MOST_REQUESTS);
  const limit = atMost(said.limit, MOST_REQUESTS);
  const windowSeconds = atMost(said.windowSeconds, LONGEST_SECONDS);
  const resetSeconds = atMost(said.resetSeconds, LONGEST_SECONDS);
  const believedSeconds = resetSeconds ?? windowSeconds ?? BELIEVED_SECONDS;
  const missing = reserveOf(limit) + 1 - remaining;
  const perRequestSeconds = windowSeconds && limit ? windowSeconds / limit : BELIEVED_SECONDS;
  return {
    limitRequests: limit,
    windowSeconds,
    remaining,
    believedSeconds,
    ...(missing > 0 ? { restSeconds: resetSeconds ?? Math.min(missing * perRequestSeconds, believedSeconds) } : {}),
  };
}

function atMost(value: number | undefined, most: number): number | undefined {
  return value === undefined ? undefined : Math.min(value, most);
}
