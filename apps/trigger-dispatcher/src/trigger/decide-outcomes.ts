import type { Outcome } from '../ledger/outcome.js';
import type { SkipReason, WrittenImage } from '../ledger/trigger-record.js';
import type { PresentObject, TriggerNotation } from '../targets/trigger-notation.js';
import type { ClaimedObject, CurrentChange, OpenRecord } from './claim-objects.js';
import { InvalidFieldPath } from './field-path.js';
import { tagName } from './named-tags.js';
import { type ImageChange, NoSuchContainer } from './plan-update.js';
import { type ImageTrigger, InvalidTriggers } from './trigger-annotation.js';
import type { ObjectState } from './triggered-object.js';

/** An object that was looked at: as it was before the write, or without one. */
export interface LookedAt {
  row: Pick<ClaimedObject, 'namespace' | 'changes' | 'open' | 'tags' | 'paused_tags'>;
  notation: TriggerNotation;
  present: Pick<PresentObject, 'version' | 'state'>;
}

/**
 * What came of each change of a tag that the object names, and of each row that a run before this one left open. `changes`
 * have been made; `resourceVersion` is the object's afterwards, where it is known.
 *
 * Of a run that died nobody knows how far it came. The object tells: what it shows now and did not show when that run began,
 * that run has written.
 */
export function decideOutcomes(looked: LookedAt, changes: readonly ImageChange[], resourceVersion?: string): Outcome[] {
  const current = (looked.row.changes ?? []).map((change): Outcome => {
    const { tag, position } = change;
    const images = changes.filter(({ trigger }) => tagName(trigger) === tag).map(writtenImage);
    if (images.length > 0) return { tag, position, phase: 'Written', images, resourceVersion };
    const left = looked.row.open?.find((record) => record.tag === tag && record.position === position);
    return (left && writtenBefore(looked, left)) ?? unwritten(looked, change);
  });
  return [...current, ...olderOutcomes(looked)];
}

/**
 * What earlier runs are seen to have written of changes that are no longer the newest. It has to be written down before the
 * next write, which takes the sight away.
 */
export function seenWrites(looked: LookedAt): Outcome[] {
  return olderOutcomes(looked).filter(({ phase }) => phase === 'Written');
}

/** The outcomes where the triggers of the object are wrong: none of them writes, and the row of each says why. */
export function outcomesOfBadTrigger(looked: LookedAt, error: Error): Outcome[] {
  const current = (looked.row.changes ?? []).map(({ tag, position }): Outcome => {
    const isCulprit = tagsAt(looked, error).includes(tag);
    const reason = isCulprit ? (error instanceof NoSuchContainer ? 'ContainerMissing' : 'InvalidTrigger') : 'HeldBack';
    return { tag, position, phase: 'Skipped', reason, message: error.message };
  });
  return [...current, ...olderOutcomes(looked)];
}

/** The outcomes where the object does not take the changes. */
export function outcomesOfRefusal(looked: LookedAt, changes: readonly ImageChange[], error: Error): Outcome[] {
  const refused = new Set(changes.map(({ trigger }) => tagName(trigger)));
  const current = (looked.row.changes ?? []).map((change): Outcome => {
    const { tag, position } = change;
    if (!refused.has(tag)) return unwritten(looked, change);
    return { tag, position, phase: 'Failed', reason: 'Refused', message: error.message };
  });
  return [...current, ...olderOutcomes(looked)];
}

/** Is it one that only a change of the object's triggers can mend? */
export function isBadTrigger(error: unknown): error is Error {
  return error instanceof InvalidTriggers || error instanceof InvalidFieldPath || error instanceof NoSuchContainer;
}

/** Rows of changes that are not the newest, and of tags the object no longer names. */
function olderOutcomes(looked: LookedAt): Outcome[] {
  const newest = new Map((looked.row.changes ?? []).map(({ tag, position }) => [tag, position]));
  return (looked.row.open ?? [])
    .filter(({ tag, position }) => newest.get(tag) !== position)
    .map((record): Outcome => {
      const { tag, position } = record;
      const written = writtenBefore(looked, record);
      if (written) return written;
      if (newest.has(tag)) return { tag, position, phase: 'Skipped', reason: 'Superseded' };
      return { tag, position, phase: 'Skipped', reason: reasonWithoutImage(looked.row, tag) };
    });
}

/** Why a tag of which nothing is known, or wanted, is not written. */
function reasonWithoutImage({ tags, paused_tags: paused }: LookedAt['row'], tag: string): SkipReason {
  if (paused.includes(tag)) return 'Paused';
  return tags.includes(tag) ? 'TagMissing' : 'TriggerRemoved';
}

function unwritten(looked: LookedAt, { tag, position, image }: CurrentChange): Outcome {
  if (differences(looked, looked.present.state, tag, image).length === 0) {
    return { tag, position, phase: 'Skipped', reason: 'UpToDate' };
  }
  return {
    tag,
    position,
    phase: 'Skipped',
    reason: 'HeldBack',
    message: 'another tag that the object names has no image',
  };
}

/** The outcome of a row whose write took place in an earlier run; undefined when it did not. */
function writtenBefore(looked: LookedAt, { tag, position, image, before }: OpenRecord): Outcome | undefined {
  if (!before || differences(looked, looked.present.state, tag, image).length > 0) return undefined;
  const images = differences(looked, before, tag, image).map(writtenImage);
  if (images.length === 0) return undefined;
  return { tag, position, phase: 'Written', images, resourceVersion: looked.present.version };
}

/** What would have to change for the object to show the image as that of the tag; nothing where it does not name the tag. */
function differences({ row, notation }: LookedAt, state: ObjectState, tag: string, image: string): ImageChange[] {
  try {
    const triggers = firing(notation, state, row.namespace).filter((trigger) => tagName(trigger) === tag);
    return notation.plan(state, triggers, () => image);
  } catch (error) {
    if (isBadTrigger(error)) return [];
    throw error;
  }
}

/** The triggers of an object that can fire. Throws InvalidTriggers. */
export function firing(notation: TriggerNotation, state: ObjectState, namespace: string): ImageTrigger[] {
  return notation.triggersOf(state, namespace).filter(({ isPaused }) => !isPaused);
}

/** The tags named by the field path that is wrong. */
function tagsAt({ notation, row, present }: LookedAt, error: Error): string[] {
  if (!(error instanceof NoSuchContainer || error instanceof InvalidFieldPath)) return [];
  return firing(notation, present.state, row.namespace)
    .filter(({ fieldPath }) => fieldPath === error.fieldPath)
    .map(tagName);
}

function writtenImage({ container, fieldPath, previous, image }: ImageChange): WrittenImage {
  return { container, fieldPath, from: previous, to: image };
}
