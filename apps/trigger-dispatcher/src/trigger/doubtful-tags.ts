import type { ClaimedObject } from './claim-objects.js';
import { tagName } from './named-tags.js';
import type { ImageChange } from './plan-update.js';

/**
 * The tags whose images may be older than what the object shows: somebody else has changed it, and may have taken a newer
 * image than has come this far. Where it still shows what it was last seen with, only the tag has moved, and nothing is
 * doubted. `isReread`: the object is not as it was when it was claimed.
 */
export function doubtfulTags(
  { changes: known }: Pick<ClaimedObject, 'changes'>,
  changes: readonly ImageChange[],
  isReread: boolean,
): string[] {
  const byTag = new Map((known ?? []).map((change) => [change.tag, change]));
  const doubtful = changes.filter(({ trigger, previous }) => {
    const change = byTag.get(tagName(trigger));
    if (!change) return false; // what the object itself says it had
    return isReread || !change.isMove || (previous.trim() !== '' && previous !== change.shown);
  });
  return [...new Set(doubtful.map(({ trigger }) => tagName(trigger)))];
}
