/** What a registry says about its rate limit, from `RateLimit-*` headers. */
export interface RateLimit {
  /** Requests allowed per window. */
  limit?: number;
  remaining?: number;
  windowSeconds?: number;
  /** Seconds until the window starts anew. */
  resetSeconds?: number;
  /** Whom the limit counts: an address or an account (Docker Hub's `docker-ratelimit-source`). */
  source?: string;
}

type Headers = Record<string, string | string[] | undefined>;

/**
 * Reads `ratelimit-limit: 100;w=21600` (https://docs.docker.com/docker-hub/usage/pulls/), the `ratelimit-reset` and
 * `x-ratelimit-*` family. Undefined when nothing is said.
 */
export function readRateLimit(headers: Headers): RateLimit | undefined {
  const limit = numbered(headers, 'limit');
  const remaining = numbered(headers, 'remaining');
  const reset = numbered(headers, 'reset');
  if (!limit && !remaining && !reset) return undefined;
  return {
    limit: limit?.value,
    remaining: remaining?.value,
    windowSeconds: limit?.window ?? remaining?.window,
    // GitHub-style headers give a point in time, others a number of seconds.
    resetSeconds: reset && (reset.value > 1e9 ? Math.max(0, reset.value - Math.floor(Date.now() / 1000)) : reset.value),
    source: first(headers['docker-ratelimit-source']),
  };
}

/** Milliseconds to wait as told by `Retry-After` (seconds or HTTP date); undefined when absent or unreadable. */
export function readRetryAfterMs(headers: Headers, now = Date.now()): number | undefined {
  const text = first(headers['retry-after'])?.trim();
  if (!text) return undefined;
  if (/^\d+$/.test(text)) return Math.min(Number(text), 86_400) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.min(Math.max(0, date - now), 86_400_000);
}

function numbered(headers: Headers, name: string): { value: number; window?: number } | undefined {
  const text = first(headers[`ratelimit-${name}`]) ?? first(headers[`x-ratelimit-${name}`]);
  const match = /^\s*(\d{1,15})\s*(?:[;,].*)?$/.exec(text ?? '');
  if (!match) return undefined;
  const window = /;\s*w=(\d{1,9})/.exec(text ?? '')?.[1];
  return { value: Number(match[1]), window: window === undefined ? undefined : Number(window) };
}

function first(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
