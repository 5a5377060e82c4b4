const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};
const AMOUNT = '(\\d+(?:\\.\\d*)?|\\.\\d+)(ns|us|µs|ms|s|m|h)';
const WHOLE = new RegExp(`^([+-]?)(?:${AMOUNT})+$`);

/** Milliseconds of a duration as Go's `time.ParseDuration` reads it (`1h30m`, `-5s`, `0`); undefined when it is none. */
export function goDurationMs(text: string): number | undefined {
  if (text === '0') return 0;
  const sign = WHOLE.exec(text)?.[1];
  if (sign === undefined) return undefined;
  let total = 0;
  for (const [, amount, unit = ''] of text.matchAll(new RegExp(AMOUNT, 'g'))) {
    total += Number(amount) * (UNIT_MS[unit] ?? 0);
  }
  return sign === '-' ? -total : total;
}
