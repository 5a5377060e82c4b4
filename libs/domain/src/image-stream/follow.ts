import type { StreamName } from './alias.js';
import { addTagEvent } from './history.js';
import { parseTagSource } from './tag-source.js';
import type { TagEvent, TagReference } from './types.js';

/** Does this spec tag follow `tag` of its own stream? `reference` is not looked at (contract: references, §4). */
export function isFollower(stream: StreamName, reference: TagReference, tag: string): boolean {
  if (reference.from?.kind !== 'ImageStreamTag') return false;
  const source = parseTagSource(stream, reference.from);
  return source !== undefined && source.isSameStream && source.tagOrId === tag;
}

/** The names of the spec tags that follow `tag`. */
export function followers(stream: StreamName, specTags: readonly TagReference[], tag: string): string[] {
  return specTags.filter((reference) => isFollower(stream, reference, tag)).map(({ name }) => name);
}

/** What following needs to read. */
export interface FollowLookup {
  /** Spec tags that follow this tag of the stream, as after this write. */
  followersOf(tag: string): Promise<readonly string[]>;
  /** Newest history entry of a tag, as before following. */
  newestEvent(tag: string): Promise<TagEvent | undefined>;
}

/** A tag that moved because another did. */
export interface FollowedTag {
  tag: string;
  /** The tag it follows. */
  source: string;
  /** The event to add to its history (`addTagEvent`): the one of its source, time and generation included. */
  event: TagEvent;
}

/**
 * The tags that move because others did, along whole chains, each after its source. A circle ends where it closes.
 * @param changed tags whose newest history entry this write changed, generation alone included, with that entry.
 */
export async function followChanges(
  changed: ReadonlyMap<string, TagEvent>,
  lookup: FollowLookup,
): Promise<FollowedTag[]> {
  const newest = new Map<string, TagEvent | undefined>(changed);
  const moved = new Map<string, FollowedTag>();
  for (const root of changed.keys()) {
    const visited = new Set([root]);
    const queue = [root];
    for (let source = queue.shift(); source !== undefined; source = queue.shift()) {
      const event = newest.get(source);
      if (!event) continue;
      for (const tag of await lookup.followersOf(source)) {
        if (visited.has(tag)) continue;
        visited.add(tag);
        if (!newest.has(tag)) newest.set(tag, await lookup.newestEvent(tag));
        const change = addTagEvent(newest.get(tag), event);
        if (change.action === 'none') continue;
        newest.set(tag, change.newest);
        moved.delete(tag);
        moved.set(tag, { tag, source, event });
        queue.push(tag);
      }
    }
  }
  return [...moved.values()];
}
