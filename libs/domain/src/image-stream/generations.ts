import { tagChanged, tagSpecDiffers } from './tag-change.js';
import type { TagReference } from './types.js';

/** One tag of a spec before and after a write; both absent is nothing, `next` absent is a removal. */
export interface TagPair {
  old?: TagReference;
  next?: TagReference;
}

/** What a write of some spec tags comes to. */
export interface SpecPlan {
  /** The stream's generation after the write. */
  generation: number;
  /** Does the spec mean something else? (A tag that only gets its missing generation is written without that.) */
  isChanged: boolean;
  /** Tags to write, with their generations. */
  written: TagReference[];
  /** Names of tags that leave the spec. Their history stays unless the tag itself is deleted. */
  removed: string[];
  /** The written tags that have to be resolved (`resolveTag`). */
  toResolve: TagReference[];
}

/**
 * Plans a write of spec tags (contract: references, §6): generations are the server's, a client's value counts only
 * when it is 0 ("again, now"). Only tags that can differ need to be handed in; the rest of the stream is not looked at.
 * @param streamGeneration the stream's generation before the write; 0 when it is created.
 * @param otherSpecChanged dockerImageRepository or lookupPolicy differ.
 */
export function planSpecWrite(
  streamNamespace: string,
  streamGeneration: number,
  pairs: Iterable<TagPair>,
  otherSpecChanged = false,
): SpecPlan {
  const kept = [...pairs].map(({ old, next }) => ({ old, next: next && keepGeneration(old, next) }));
  const differing = kept.filter(({ old, next }) => tagSpecDiffers(old, next) || isWithoutGeneration(next));
  const isChanged =
    otherSpecChanged || streamGeneration === 0 || kept.some(({ old, next }) => tagSpecDiffers(old, next));
  const generation = isChanged ? streamGeneration + 1 : streamGeneration;
  const written = differing.flatMap(({ old, next }) =>
    next ? [settleGeneration(old, next, generation, streamNamespace)] : [],
  );
  const changedNames = new Set(
    differing.flatMap(({ old, next }) => (next && tagChanged(old, next, streamNamespace) ? [next.name] : [])),
  );
  return {
    generation,
    isChanged,
    written,
    removed: differing.flatMap(({ old, next }) => (old && !next ? [old.name] : [])),
    toResolve: written.filter((tag) => changedNames.has(tag.name)),
  };
}

/** A client's generation is replaced by the stored one, unless it is 0. */
function keepGeneration(old: TagReference | undefined, next: TagReference): TagReference {
  if (next.generation === 0 || !old) return next;
  return { ...next, generation: old.generation ?? null };
}

function settleGeneration(
  old: TagReference | undefined,
  next: TagReference,
  generation: number,
  streamNamespace: string,
): TagReference {
  const isSettled = Boolean(next.generation) && old !== undefined && !tagChanged(old, next, streamNamespace);
  return isSettled ? next : { ...next, generation };
}

function isWithoutGeneration(tag: TagReference | undefined): boolean {
  return tag !== undefined && !tag.generation;
}
