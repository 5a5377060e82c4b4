import { jsonEquals, type JsonValue } from '@faktorz/apimachinery';

/** Do two values say the same? Absent and undefined are the same. */
export function same(a: unknown, b: unknown): boolean {
  return jsonEquals(plain(a), plain(b));
}

function plain(value: unknown): JsonValue {
  return value === undefined ? null : (JSON.parse(JSON.stringify(value)) as JsonValue);
}
