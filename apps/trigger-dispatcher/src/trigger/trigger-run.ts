import { Injectable } from '@nestjs/common';
import { ApiError } from '@faktorz/apimachinery';
import type { ClusterClient } from '../cluster/cluster-client.js';
import { Clusters } from '../cluster/clusters.js';
import { targetOf } from '../targets/index.js';
import type { TriggerTarget } from '../targets/target.js';
import type { PresentObject } from '../targets/trigger-notation.js';
import type { ClaimedObject, OpenRecord } from './claim-objects.js';
import {
  decideOutcomes,
  firing,
  isBadTrigger,
  type LookedAt,
  outcomesOfBadTrigger,
  outcomesOfRefusal,
  seenWrites,
} from './decide-outcomes.js';
import { doubtfulTags } from './doubtful-tags.js';
import { namedTags, tagName } from './named-tags.js';
import { TagImages } from './tag-images.js';
import type { FinishedObject } from './trigger-lane.store.js';
import { TriggerLaneStore } from './trigger-lane.store.js';
import { TriggerReports } from './trigger-reports.js';
import { TriggerResults } from './trigger-results.js';
import { TriggerTargetStore } from './trigger-target.store.js';

const ATTEMPTS = 10;
/** Refusals that may end without a change of the object: who we are, what we may, what others do meanwhile. */
const PASSING = new Set([401, 403, 404, 408, 409, 410, 429]);

/** News that comes earlier wakes the object itself. */
const NEWS_WAIT_SECONDS = 0.5;

/** Another process has taken the object over. */
class ClaimLost extends Error {}

/** A tag points elsewhere by now than was known when the object was claimed. */
class TagOutdated extends Error {
  /** `isKnown`: the next claim will see what it points at; otherwise that is still to be told. */
  constructor(readonly isKnown: boolean) {
    super();
  }
}

/** Brings one object up to date with the tags its triggers name. */
@Injectable()
export class TriggerRun {
  constructor(
    private readonly clusters: Clusters,
    private readonly targets: TriggerTargetStore,
    private readonly lanes: TriggerLaneStore,
    private readonly images: TagImages,
    private readonly results: TriggerResults,
    private readonly reports: TriggerReports,
  ) {}

  /** Throws what may go better later. */
  async bringUpToDate(row: ClaimedObject): Promise<void> {
    // What is learnt is stored, and seen by the next claim.
    if (await this.images.learn([...unknownTags(row), ...row.unknown_paused_tags])) return this.lanes.release(row);
    const target = targetOf(row.resource);
    try {
      const client = await this.clusters.client(row.cluster);
      const finished = await this.look(client, target, inTermsOf(client, row));
      if (finished) await this.results.write(target, finished);
      else await this.targets.forget(target, row, row.version);
    } catch (error) {
      if (error instanceof TagOutdated) return this.lanes.release(row, error.isKnown ? 0 : NEWS_WAIT_SECONDS);
      if (!(error instanceof ClaimLost)) throw error;
    }
  }

  /** Looks, and writes until nobody else came between. Undefined: the object is gone, or has no triggers any more. */
  private async look(
    client: ClusterClient,
    target: TriggerTarget,
    claimed: ClaimedObject,
  ): Promise<FinishedObject | undefined> {
    let row = claimed;
    // Where an earlier run did not end, what is known of the object may be older than that run.
    let isFresh = row.open !== null;
    let present = isFresh ? await read(client, target, row) : presentOf(row);
    for (let attempt = 1; present; attempt += 1) {
      let looked = { row, notation: target.notation, present };
      const changes = this.plan(target, looked);
      if (changes instanceof Error) return finished(target, looked, outcomesOfBadTrigger(looked, changes));
      if (changes.length === 0) return finished(target, looked, decideOutcomes(looked, []));
      await this.confirm(client, row, doubtfulTags(row, changes, isFresh));
      if (isFresh) row = await this.settle(target, looked);
      looked = { ...looked, row };
      try {
        const request = target.notation.requestFor(changes, present);
        const answer = await client.send(target, row, request);
        const written = answer && presentObject(target, answer);
        const outcomes = decideOutcomes(looked, changes, written?.version);
        this.reports.updated(target, row, changes);
        return finished(target, { ...looked, present: written ?? present }, outcomes);
      } catch (error) {
        if (isOvertaken(error, target) && attempt < ATTEMPTS) {
          present = await read(client, target, row);
          isFresh = true;
        } else if (isRefusal(error)) {
          const { reason = 'TriggerFailed', message = error.message } = target.notation.reportOf?.(error, row) ?? {};
          this.reports.warn(target, row, reason, message);
          if (target.notation.isPassing?.(error)) throw error;
          return finished(target, looked, outcomesOfRefusal(looked, changes, error));
        } else throw error;
      }
    }
    return undefined;
  }

  /**
   * Asked after reading the object and before writing it: throws when it is another's by now. Writes down first what can no
   * longer be seen afterwards, and returns the object with what is still open.
   */
  private async settle(target: TriggerTarget, looked: LookedAt & { row: ClaimedObject }): Promise<ClaimedObject> {
    const { row } = looked;
    const seen = seenWrites(looked);
    const isHeld = seen.length > 0 ? this.results.settle(target, row, seen) : this.lanes.isHeld(row);
    if (!(await isHeld)) throw new ClaimLost();
    const isOpen = ({ tag, position }: OpenRecord) =>
      !seen.some((outcome) => outcome.tag === tag && outcome.position === position);
    return { ...row, open: row.open?.filter(isOpen) ?? null };
  }

  /**
   * Throws when one of the tags is not what was known of it. News that is on its way is waited for: the ledger tells of each
   * change under its own position. Only what was never told is remembered as it was answered.
   */
  private async confirm(client: ClusterClient, row: ClaimedObject, tags: readonly string[]): Promise<void> {
    if (tags.length === 0) return;
    const known = new Map(row.changes?.map(({ tag, image }) => [tag, image]));
    const now = await this.images.ask(tags);
    const outdated = [...now.values()].filter(
      ({ tag, image }) => known.get(tag) !== (image && client.reachable(image)),
    );
    if (outdated.length === 0) return;
    // A tag may have moved on between the position of an answer and its image: that of a later answer is surely not before it.
    const later = await this.images.ask(outdated.map(({ tag }) => tag));
    const isTold = await this.images.areTold([...later.values()]);
    if (isTold) await this.images.remember(outdated);
    throw new TagOutdated(isTold);
  }

  /** What has to change; an error that only a change of the object's triggers can mend. */
  private plan(target: TriggerTarget, { row, notation, present: { state } }: LookedAt & { row: ClaimedObject }) {
    const images = new Map((row.changes ?? []).map(({ tag, image }) => [tag, image]));
    try {
      const triggers = firing(notation, state, row.namespace);
      const changes = notation.plan(state, triggers, (trigger) => images.get(tagName(trigger)));
      for (const tag of new Set(triggers.map(tagName))) {
        if (images.has(tag)) continue;
        const message = `image stream tag ${tag} does not exist or points at no image yet`;
        this.reports.warn(target, row, 'TriggerUnresolved', message);
      }
      for (const why of notation.idle?.(state) ?? []) this.reports.warn(target, row, 'TriggerUnresolved', why);
      return changes;
    } catch (error) {
      if (!isBadTrigger(error)) throw error;
      this.reports.warn(target, row, 'TriggerFailed', error.message);
      return error;
    }
  }
}

/** The object with the images as its cluster reaches them. */
function inTermsOf(client: ClusterClient, row: ClaimedObject): ClaimedObject {
  const reachable = <T extends { image: string; shown?: string | null }>(all: T[] | null): T[] | null =>
    all &&
    all.map((one) => ({
      ...one,
      image: client.reachable(one.image),
      ...(one.shown && { shown: client.reachable(one.shown) }),
    }));
  return { ...row, changes: reachable(row.changes), open: reachable(row.open) };
}

/** Tags the object names of which no change is known. */
function unknownTags({ tags, changes }: ClaimedObject): string[] {
  const known = new Set(changes?.map(({ tag }) => tag));
  return tags.filter((tag) => !known.has(tag));
}

function finished(
  target: TriggerTarget,
  { row, present: { version, state } }: { row: ClaimedObject; present: PresentObject },
  outcomes: FinishedObject['outcomes'],
): FinishedObject {
  const seen = { state, ...namedTags(target, state, row.namespace) };
  return { row, outcomes, missing: unknownTags(row), version, seen };
}

function presentOf({ name, version, state }: ClaimedObject): PresentObject {
  return { name, version, state };
}

function presentObject(
  target: TriggerTarget,
  object: Awaited<ReturnType<ClusterClient['get']>>,
): PresentObject | undefined {
  const { name, resourceVersion: version = '0' } = object.metadata;
  const state = target.notation.stateOf(object);
  return state && { name, version, state };
}

/** The object as it is now; undefined when it is gone, is another of the same name, or has no triggers. */
async function read(
  client: ClusterClient,
  target: TriggerTarget,
  row: ClaimedObject,
): Promise<PresentObject | undefined> {
  try {
    const object = await client.get(target, row);
    return object.metadata.uid === row.uid ? presentObject(target, object) : undefined;
  } catch (error) {
    if (error instanceof ApiError && error.reason === 'NotFound') return undefined;
    throw error;
  }
}

/** Has the object changed since it was seen? */
function isOvertaken(error: unknown, { notation }: TriggerTarget): boolean {
  if (!(error instanceof ApiError)) return false;
  return ['Conflict', 'NotFound'].includes(error.reason ?? '') || notation.isOvertaken?.(error) === true;
}

/** Does the object not take the change? */
function isRefusal(error: unknown): error is ApiError {
  return error instanceof ApiError && error.code >= 400 && error.code < 500 && !PASSING.has(error.code);
}
