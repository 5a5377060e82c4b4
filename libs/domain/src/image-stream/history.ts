import type { TagEvent } from './types.js';

/** What adding an event to a tag's history does, told by the newest entry alone (contract: references, §5). */
export type HistoryChange =
  | { action: 'none' }
  /** Same image in the same place: the newest entry takes the new generation and keeps `created`. */
  | { action: 'collapse'; newest: TagEvent }
  /** Same place or same image: the newest entry takes the other one's value in place. */
  | { action: 'replace'; newest: TagEvent }
  /** A new entry on top. */
  | { action: 'prepend'; newest: TagEvent };

/** What becomes of a tag whose newest entry is `newest` when `next` is added. Every change but `none` clears the tag's conditions. */
export function addTagEvent(newest: TagEvent | undefined, next: TagEvent): HistoryChange {
  if (!newest) return { action: 'prepend', newest: next };
  const isSamePlace = newest.dockerImageReference === next.dockerImageReference;
  const isSameImage = newest.image === next.image;
  if (!isSamePlace && !isSameImage) return { action: 'prepend', newest: next };
  if (!isSamePlace || !isSameImage) return { action: 'replace', newest: { ...next, created: newest.created } };
  if (newest.generation === next.generation) return { action: 'none' };
  return { action: 'collapse', newest: { ...newest, generation: next.generation } };
}

/** Does the tag point at another image or place than before? What downstream services are told about (contract: resources, §13). */
export function isImageChange(before: TagEvent | undefined, after: TagEvent): boolean {
  return before?.image !== after.image || before.dockerImageReference !== after.dockerImageReference;
}
