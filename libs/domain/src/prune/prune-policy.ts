/** What may go when images are pruned (contract: prune, §1). */
export interface PrunePolicy {
  /** Newest entries of each tag that stay. */
  keepTagRevisions: number;
  /** Streams, entries, images and finished pods younger than this stay. Milliseconds. */
  keepYoungerThanMs: number;
  /** Choose by what exceeds the namespace's largest image instead of by revisions and age. */
  overSizeLimit: boolean;
  /** Also images that were imported; otherwise only pushed ones. */
  all: boolean;
}

/** What the rules look at of a policy in one run: all ages are measured from the same moment. */
export interface PruneRun extends PrunePolicy {
  now: Date;
}

/** Has it existed for less than the run keeps? An unknown time counts as old. */
export function isTooYoung(created: string | null | undefined, run: PruneRun): boolean {
  return run.now.getTime() - Date.parse(created ?? '') < run.keepYoungerThanMs;
}
