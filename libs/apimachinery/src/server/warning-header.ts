/** All warnings of one answer together; clients refuse heads that are too large (Kubernetes' own limits). */
const LONGEST_TOTAL = 4096;
/** Where the total would be too long, each is cut to this. */
const SHORTENED = 256;

/**
 * The values of the `Warning` header: UTF-8, quoted, without control characters. Node writes a header's characters as
 * bytes, so each byte is one character here. What goes beyond the limit is cut or left out.
 */
export function warningHeader(texts: Iterable<string>): string[] {
  const warnings = [...texts].map((text) => text.replaceAll(/\p{Cc}+/gu, ' '));
  const total = warnings.reduce((sum, text) => sum + text.length, 0);
  const shown = total > LONGEST_TOTAL ? warnings.map((text) => [...text].slice(0, SHORTENED).join('')) : warnings;
  const values: string[] = [];
  let length = 0;
  for (const text of shown) {
    length += text.length;
    if (length > LONGEST_TOTAL) break;
    const quoted = `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
    values.push(`299 - ${Buffer.from(quoted).toString('latin1')}`);
  }
  return values;
}
