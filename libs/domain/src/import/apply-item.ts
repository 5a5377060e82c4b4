import { exactReference, withDigest } from '../reference/derive-reference.js';
import { InvalidImageReference, parseImageReference } from '../reference/parse-image-reference.js';
import type { Image } from '../image/image.js';
import { hasCondition, importFailureCondition } from '../image-stream/conditions.js';
import { addTagEvent, isImageChange, type HistoryChange } from '../image-stream/history.js';
import { defaultImportPolicy, defaultTagReference } from '../image-stream/tag-defaults.js';
import { tagSpecDiffers } from '../image-stream/tag-change.js';
import type { TagCondition, TagEvent, TagReference } from '../image-stream/types.js';
import type { ImportedItem } from './import-results.js';

/** One tag as it stands, and what was found for it. */
export interface ItemToApply {
  /** The tag to write: `to` of an item, the tag itself of a repository's image. */
  tag: string;
  spec?: TagReference;
  newest?: TagEvent;
  conditions: readonly TagCondition[];
  item: ImportedItem;
  /** Text for the spec tag's `from.name`: `<repository>:<tag>` for a repository's image, else as the item says. */
  from: string;
  /** The image belongs to a repository import: its failure makes no spec tag. */
  isRepositoryItem: boolean;
  /** Nobody waits for this import (see `isStaleResult`). */
  background: boolean;
  /** The stream's generation before the write; 0 when it is being created. */
  streamGeneration: number;
  /** One time for the whole import (RFC 3339, seconds, UTC). */
  now: string;
}

/** What to write for the tag; absent parts stay as they are. Nothing at all when the result changes nothing. */
export interface AppliedItem {
  /** Any difference makes the stream's generation one higher. */
  spec?: TagReference;
  /** The event to add to the history. */
  event?: TagEvent;
  /** What adding it does; never `none` when `event` is set. */
  history?: HistoryChange;
  conditions?: TagCondition[];
  /** A background result for something the tag no longer asks for: dropped. */
  isStale?: boolean;
}

/** Applies what an import found for one tag (contract: import, §1 steps 7 and 8; references, §§6 and 7). */
export function applyImportedItem(asked: ItemToApply): AppliedItem {
  if (asked.background && isStaleResult(asked)) return { isStale: true };
  const { item } = asked;
  return item.image && item.status.status === 'Success' ? applySuccess(asked, item.image) : applyFailure(asked);
}

/**
 * Does the tag no longer ask for what a background import fetched? Then its source, mode or kind is another one, or
 * somebody asked anew since, or an import that started later has already ended. (A failure raises the spec tag's
 * generation too; the import that retries after it is not stale.)
 */
export function isStaleResult({ spec, item, from, conditions, isRepositoryItem }: ItemToApply): boolean {
  if (isRepositoryItem) return false;
  if (!spec?.from || spec.reference) return true;
  if (spec.from.kind !== 'DockerImage' || spec.from.name !== from) return true;
  if ((spec.importPolicy.importMode ?? 'Legacy') !== (item.importPolicy.importMode ?? 'Legacy')) return true;
  if (item.generation === undefined || spec.generation == null || spec.generation <= item.generation) return false;
  return !conditions.some(({ generation }) => generation === spec.generation);
}

/** The place an imported image was found at, by digest. */
export function importedReference(image: Image): string {
  try {
    return exactReference(withDigest(parseImageReference(image.dockerImageReference), image.metadata.name));
  } catch (error) {
    if (error instanceof InvalidImageReference) return image.dockerImageReference;
    throw error;
  }
}

function applySuccess(asked: ItemToApply, image: Image): AppliedItem {
  const { spec, newest, conditions, streamGeneration, now } = asked;
  const event: TagEvent = {
    created: now,
    dockerImageReference: importedReference(image),
    image: image.metadata.name,
    generation: streamGeneration + 1,
  };
  const isAnswered = spec?.generation != null && newest !== undefined && spec.generation <= newest.generation;
  const isChange = isImageChange(newest, event) || !isAnswered;
  const wanted = isChange ? importedSpec(asked) : withImportPolicy(asked, spec);
  return {
    ...(tagSpecDiffers(spec, wanted) && { spec: wanted }),
    ...(isChange && { event, history: addTagEvent(newest, event) }),
    ...(conditions.length > 0 && { conditions: [] }),
  };
}

function applyFailure(asked: ItemToApply): AppliedItem {
  const { spec, conditions, item, isRepositoryItem, streamGeneration, now } = asked;
  const generation = streamGeneration + 1;
  const condition = importFailureCondition(item.status, generation, now);
  const isNew = !hasCondition(conditions, condition);
  return {
    ...(isNew && { conditions: [condition] }),
    ...(isNew && spec && { spec: { ...spec, generation } }),
    ...(!spec && !isRepositoryItem && { spec: importedSpec(asked) }),
  };
}

/** The spec tag that asks for what was imported, at the next generation. */
function importedSpec({ tag, spec, item, from, background, streamGeneration }: ItemToApply): TagReference {
  return {
    ...defaultTagReference({ ...spec, name: tag, from: { kind: 'DockerImage', name: from } }),
    generation: streamGeneration + 1,
    importPolicy: importPolicyOf(item, background, spec),
    referencePolicy: spec?.referencePolicy ?? item.referencePolicy,
  };
}

function withImportPolicy({ item, background }: ItemToApply, spec: TagReference): TagReference {
  return { ...spec, importPolicy: importPolicyOf(item, background, spec) };
}

/** A request's policy overwrites the tag's; a background import may have been overtaken by a change of policy and leaves it. */
function importPolicyOf(
  item: ImportedItem,
  background: boolean,
  spec: TagReference | undefined,
): TagReference['importPolicy'] {
  return background && spec ? spec.importPolicy : defaultImportPolicy(item.importPolicy);
}
