/** Texts of a `Warning` header: `299 - "text"`, several separated by commas. */
export function warningsOf(header: string | undefined): string[] {
  if (!header) return [];
  return [...header.matchAll(/\b\d{3} \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, text]) =>
    (text as string).replace(/\\(.)/g, '$1'),
  );
}
