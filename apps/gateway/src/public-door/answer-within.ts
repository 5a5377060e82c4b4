/** Kubernetes' own limit for requests that name none. */
const DEFAULT_MS = 60_000;
/** The owner answers at its limit itself; the gateway only steps in where it does not. */
const GRACE_MS = 5000;
const UNIT_MS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/** How long an owner may take to begin its answer: the `timeout` parameter (`32s`, `1h`), else a minute; 0 (no limit) for watches. */
export function answerWithinMs(verb: string, query: string): number {
  if (verb === 'watch') return 0;
  if (!query.includes('timeout=')) return DEFAULT_MS + GRACE_MS;
  const asked = durationMs(new URLSearchParams(query).get('timeout') ?? '');
  return (asked ?? DEFAULT_MS) + GRACE_MS;
}

function durationMs(text: string): number | undefined {
  const terms = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|[hms])/g)];
  if (terms.length === 0 || terms.map(([term]) => term).join('') !== text) return undefined;
  return terms.reduce((sum, [, amount, unit]) => sum + Number(amount) * UNIT_MS[unit!]!, 0);
}
