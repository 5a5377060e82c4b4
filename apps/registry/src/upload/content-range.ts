/** Which bytes of a blob a chunk claims to be, both ends included. */
export interface ContentRange {
  readonly start: number;
  readonly end: number;
}

/** The specification's `0-99`, and HTTP's `bytes 0-99/*`, which some clients send. */
const FORM = /^(?:bytes[ =])?(\d{1,16})-(\d{1,16})(?:\/(?:\d{1,16}|\*))?$/;

/** Reads `Content-Range`; undefined when the header is absent, 'invalid' when it is no range. */
export function contentRangeOf(header: string | undefined): ContentRange | 'invalid' | undefined {
  if (header === undefined) return undefined;
  const [, start, end] = FORM.exec(header.trim()) ?? [];
  if (start === undefined || end === undefined || Number(start) > Number(end)) return 'invalid';
  return { start: Number(start), end: Number(end) };
}
