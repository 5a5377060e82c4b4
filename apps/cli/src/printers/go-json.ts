/** JSON as Go's encoder writes it: HTML characters escaped, four spaces deep. Keys in the order given. */
export function toGoJson(value: unknown): string {
  return escapeHtml(JSON.stringify(value, undefined, 4));
}

/** The same on one line, keys sorted, as Go prints maps. */
export function toCompactGoJson(value: unknown): string {
  return escapeHtml(JSON.stringify(sortKeys(value)));
}

/** A copy whose objects have their keys in byte order, however deep. */
export function sortKeys<T>(value: T): T {
  if (Array.isArray(value)) return value.map(sortKeys) as T;
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sortKeys(item)]),
  ) as T;
}

function escapeHtml(json: string): string {
  return json.replace(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
