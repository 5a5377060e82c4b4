import { isFollower, type TagStatus } from '@faktorz/domain';
import type { TagState } from './image-stream.store.js';
import type { ImageStream } from './image-stream.js';
import type { TagChange } from './stream-change.js';
import { StreamDraft, type TagSource, type WriteCause } from './stream-draft.js';

/** A draft over a whole stream object, for writes that bring the whole object anyway. */
export function draftOf(stream: ImageStream, cause: WriteCause): StreamDraft {
  const name = { namespace: stream.metadata.namespace ?? '', name: stream.metadata.name };
  return new StreamDraft(name, objectSource(stream, name), cause);
}

/** Puts the draft's changes of history and conditions into the object's status. */
export function applyToStatus(stream: ImageStream, changes: readonly TagChange[]): void {
  const statuses = new Map((stream.status.tags ?? []).map((status) => [status.tag, status]));
  for (const change of changes) {
    if (change.row === null) statuses.delete(change.tag);
    else statuses.set(change.tag, changedStatus(statuses.get(change.tag), change));
  }
  stream.status.tags = [...statuses.values()];
}

function changedStatus(status: TagStatus | undefined, change: TagChange): TagStatus {
  const kept = (status?.items ?? []).slice(change.end.length > 0 ? 1 : 0);
  const added = change.insert.map(({ created, dockerImageReference, image, generation }) => ({
    created,
    dockerImageReference,
    image,
    generation,
  }));
  const conditions = change.row ? (change.row.conditions ?? undefined) : status?.conditions;
  return { tag: change.tag, items: [...added.reverse(), ...kept], ...(conditions && { conditions }) };
}

function objectSource(stream: ImageStream, name: { namespace: string; name: string }): TagSource {
  const specs = new Map((stream.spec.tags ?? []).map((tag) => [tag.name, tag]));
  const statuses = new Map((stream.status.tags ?? []).map((status) => [status.tag, status]));
  return {
    tags: (names) => Promise.resolve(names.flatMap((tag) => tagState(tag, specs.get(tag), statuses.get(tag)))),
    followersOf: (tag) =>
      Promise.resolve([...specs.values()].filter((spec) => isFollower(name, spec, tag)).map((spec) => spec.name)),
  };
}

/** The records of stored entries are not part of the object; the storage finds them again when it writes. */
function tagState(tag: string, spec: TagState['spec'] | undefined, status: TagStatus | undefined): TagState[] {
  if (!spec && !status) return [];
  const newest = status?.items?.[0];
  return [
    {
      tag,
      spec: spec ?? null,
      conditions: status?.conditions ?? null,
      ...(newest && {
        newest: { ...newest, seq: 'newest', record: { firstSeen: newest.created, cause: 'tag' as const, by: '' } },
      }),
    },
  ];
}
