const LAYOUTS = {
  'date-time': '2006-01-02T15:04:05Z07:00',
} as const;

const STEPS: readonly (readonly [RegExp, string])[] = [
  [/^\d{4}/, '2006'],
  [/^-/, '-'],
  [/^(?:0[1-9]|1[0-2])/, '01'],
  [/^-/, '-'],
  [/^(?:0[1-9]|[12]\d|3[01])/, '02'],
  [/^T/, 'T'],
  [/^(?:[01]\d|2[0-3])/, '15'],
  [/^:/, ':'],
  [/^[0-5]\d/, '04'],
  [/^:/, ':'],
  [/^[0-5]\d(?:[.,]\d+)?/, '05'],
  [/^(?:Z|[+-](?:[01]\d|2[0-4]):[0-5]\d)/, 'Z07:00'],
];

/** Says in the words of Go's `time.Parse` why a text is not an RFC 3339 time; undefined when it is one. */
export function timeProblem(text: string): string | undefined {
  const layout = LAYOUTS['date-time'];
  let rest = text;
  for (const [step, name] of STEPS) {
    const match = step.exec(rest)?.[0];
    if (match === undefined)
      return `parsing time ${JSON.stringify(text)} as "${layout}": cannot parse ${JSON.stringify(rest)} as "${name}"`;
    rest = rest.slice(match.length);
  }
  if (rest !== '') return `parsing time ${JSON.stringify(text)}: extra text: ${JSON.stringify(rest)}`;
  return Number.isNaN(Date.parse(text.replace(',', '.')))
    ? `parsing time ${JSON.stringify(text)}: day out of range`
    : undefined;
}
