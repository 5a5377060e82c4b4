import type { TagStatus } from '@faktorz/domain';

const WIDTH = 40;
/** So much may be left empty, and so much may be exceeded instead. */
const MARGIN = WIDTH / 4;

/**
 * The tags of a stream in one table cell: the ones that changed last first (to the second, then by name), as many as
 * fit in about 40 characters, at least one, and how many are not shown.
 */
export function packTags(statusTags: readonly TagStatus[]): string {
  const names = [...statusTags].sort(byLastChange).map(({ tag }) => tag);
  const shown = names.slice(0, shownCount(names));
  const hidden = names.length - shown.length;
  return shown.join(',') + (hidden > 0 ? ` + ${hidden} more...` : '');
}

function shownCount(names: readonly string[]): number {
  let room = WIDTH;
  for (const [at, name] of names.entries()) {
    room -= name.length + 1;
    if (room >= 0) continue;
    if (at === 0) return 1;
    const wouldStayEmpty = room + name.length;
    if (wouldStayEmpty > MARGIN && -room <= MARGIN) continue;
    return at;
  }
  return names.length;
}

function byLastChange(a: TagStatus, b: TagStatus): number {
  const difference = lastChangeSeconds(b) - lastChangeSeconds(a);
  if (difference !== 0) return difference;
  return a.tag < b.tag ? -1 : a.tag > b.tag ? 1 : 0;
}

function lastChangeSeconds({ items }: TagStatus): number {
  const millis = Date.parse(items?.[0]?.created ?? '');
  return Number.isNaN(millis) ? 0 : Math.floor(millis / 1000);
}

/** When the stream changed last: the newest image of any of its tags (RFC 3339); undefined when it has none. */
export function lastChange(statusTags: readonly TagStatus[]): string | undefined {
  const [newest] = [...statusTags].sort(byLastChange);
  return newest?.items?.[0]?.created;
}
