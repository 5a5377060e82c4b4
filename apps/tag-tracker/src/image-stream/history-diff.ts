import type { RecordedTagEvent, TagCause, TagEvent } from '@faktorz/domain';
import type { StoredTagEvent, TagChange } from './stream-change.js';
import type { WriteCause } from './stream-draft.js';

type HistoryChange = Pick<TagChange, 'end' | 'insert'>;

/**
 * How a stored history becomes a wanted one, both newest first. Entries that stay keep their rows and their record; an
 * entry whose image stays gets a new row with the old record; only what is new gets a record of this write.
 */
export function historyChange(
  stored: readonly StoredTagEvent[],
  wanted: readonly TagEvent[],
  cause: WriteCause & { kind: TagCause },
): HistoryChange {
  const kept = commonTail(stored, wanted);
  const old = stored.slice(0, stored.length - kept);
  const fresh = wanted.slice(0, wanted.length - kept);
  const base = fresh.at(-1);
  const rewritten = old.length === 1 && base && isSameEntry(old[0]!, base) ? old[0]! : undefined;
  const insert = fresh.map((event) => {
    if (rewritten && event === base) return { ...rewritten, ...apiFields(event), seq: rewritten.seq };
    return recorded(event, stored, cause);
  });
  return { end: old.map((event) => event.seq), insert: insert.reverse() };
}

function commonTail(stored: readonly TagEvent[], wanted: readonly TagEvent[]): number {
  let length = 0;
  while (length < stored.length && length < wanted.length) {
    if (!isEqual(stored[stored.length - 1 - length]!, wanted[wanted.length - 1 - length]!)) break;
    length += 1;
  }
  return length;
}

function recorded(
  event: TagEvent,
  stored: readonly StoredTagEvent[],
  cause: WriteCause & { kind: TagCause },
): RecordedTagEvent {
  const before = stored.find((entry) => isSameEntry(entry, event) && entry.created === event.created);
  if (before) return { ...apiFields(event), record: before.record };
  const firstSeen = stored
    .filter((entry) => entry.image === event.image)
    .map((entry) => entry.record.firstSeen)
    .sort()[0];
  return {
    ...apiFields(event),
    record: { firstSeen: firstSeen ?? cause.now, cause: cause.kind, by: cause.by, causeId: cause.id },
  };
}

function apiFields({ created, dockerImageReference, image, generation }: TagEvent): TagEvent {
  return { created, dockerImageReference, image, generation };
}

/** The entry may have been rewritten in place: its image or its reference is still the same. */
function isSameEntry(a: TagEvent, b: TagEvent): boolean {
  return a.image === b.image || a.dockerImageReference === b.dockerImageReference;
}

function isEqual(a: TagEvent, b: TagEvent): boolean {
  return (
    a.created === b.created &&
    a.dockerImageReference === b.dockerImageReference &&
    a.image === b.image &&
    a.generation === b.generation
  );
}
