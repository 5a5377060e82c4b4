/** A statement is prepared once it has been sent so often; statements put together for one request seldom are. */
const WORTH_PREPARING = 5;
const MOST_NAMES = 300;

const sent = new Map<string, number>();
const names = new Map<string, string>();

/**
 * The name under which a connection keeps a statement parsed and planned; `undefined` for one that is not (yet) sent
 * often. Names are the same in all connections of a process, as node-postgres wants it.
 */
export function preparedName(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= MOST_NAMES) return known;
  const count = (sent.get(text) ?? 0) + 1;
  if (count < WORTH_PREPARING || !isPreparable(text)) {
    if (sent.size >= MOST_NAMES * 4) sent.clear();
    sent.set(text, count);
    return undefined;
  }
  const name = `faktorz_${names.size}`;
  names.set(text, name);
  sent.delete(text);
  return name;
}

/** Transaction control is cheaper as it is. */
function isPreparable(text: string): boolean {
  return /^\s*(?:SELECT|INSERT|UPDATE|DELETE|WITH)\b/i.test(text);
}
