const ESCAPED_NUL = /(?<!\\)((?:\\\\)*)\\u0000/g;

/**
 * A JSON text whose strings have U+FFFD in place of NUL: PostgreSQL stores NUL in JSON, but then can't read anything out
 * of it, and a manifest or a config from outside may have one anywhere.
 */
export function withoutNul(json: string): string {
  return json.includes('\\u0000') ? json.replace(ESCAPED_NUL, '$1\\ufffd') : json;
}
