/** How important a line of a service's log is to somebody who watches `npm start`. */
const SHOWN = new Set(['warn', 'error', 'fatal']);

interface LogRecord {
  level?: string;
  context?: string;
  msg?: string;
  err?: { message?: string };
}

/**
 * What the console shows of a line of a service's log: JSON records in short form, from warnings on (with `all`: every
 * one); lines that are no record (a crash's text) as they are. Undefined when the line is not shown.
 */
export function consoleLine(service: string, line: string, all: boolean): string | undefined {
  const record = recordIn(line);
  if (!record) return line.trim() === '' ? undefined : `[${service}] ${line}`;
  if (!all && !SHOWN.has(record.level ?? '')) return undefined;
  const cause = record.err?.message && record.err.message !== record.msg ? `: ${record.err.message}` : '';
  return `[${service}] ${record.level ?? ''} ${record.context ? `${record.context}: ` : ''}${record.msg ?? ''}${cause}`;
}

/** The sentence in a line, without its wrapping, for use in another message. */
export function sentenceOf(line: string): string {
  const record = recordIn(line);
  return record ? `${record.msg ?? ''}${record.err?.message ? `: ${record.err.message}` : ''}` : line;
}

function recordIn(line: string): LogRecord | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as LogRecord;
  } catch {
    return undefined;
  }
}
