import { goDurationMs } from '@faktorz/domain';

/** Kubernetes' own limit for requests that name none. */
const DEFAULT_MS = 60_000;
/** The owner answers at its limit itself; the gateway only steps in where it does not. */
const GRACE_MS = 5000;

/** How long an owner may take to begin its answer: the `timeout` parameter (`32s`, `1h`), else a minute; 0 (no limit) for watches. */
export function answerWithinMs(verb: string, query: string): number {
  if (verb === 'watch') return 0;
  if (!query.includes('timeout=')) return DEFAULT_MS + GRACE_MS;
  const asked = goDurationMs(new URLSearchParams(query).get('timeout') ?? '') ?? 0;
  return (asked > 0 ? asked : DEFAULT_MS) + GRACE_MS;
}
