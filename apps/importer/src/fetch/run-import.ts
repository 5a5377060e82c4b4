import {
  asRepository,
  exactReference,
  inImportOrder,
  importSucceeded,
  invalidImageName,
  isIncorrectPassword,
  isTagName,
  repositorySummary,
  splitAtLimit,
  clientDefaults,
  type DockerImageReference,
  type ImportedItem,
  type ImportedRepository,
} from '@faktorz/domain';
import { EMPTY_KEYRING, type Keyring } from '@faktorz/registry-client';
import { fetchImage, type FetchedImage } from './fetch-image.js';
import type { ImportPlan, PlannedImage, PlannedRepository } from './import-plan.js';
import type { FetchTools } from './fetch-tools.js';
import { ImportSession, type SessionOptions } from './import-session.js';
import { repositoryFailure } from './registry-status.js';

/** One result, and what the registry asked for beside it. */
export type ItemResult = ImportedItem & { retryAfterMs?: number };

/** What came of a plan, item by item in its order. */
export interface PlanResults {
  items: ItemResult[];
  repository?: Omit<ImportedRepository, 'items'> & { items: ItemResult[]; retryAfterMs?: number };
}

export interface RunOptions {
  keyring: Keyring;
  /** Tags taken of a repository (see `splitAtLimit`). */
  tagsPerRepository: number;
  /** Time of the import (RFC 3339, seconds, UTC). */
  now: string;
  signal: AbortSignal;
  /** What is not fetched after this time has failed; the rest stands. Default: no limit. */
  limitMs?: number;
  checksAllowList?: boolean;
  retry?: SessionOptions['retry'];
}

/**
 * Fetches everything a plan names. When a registry says that user name and password do not belong together, all is
 * fetched again without credentials, and what is refused then keeps its first status (contract: import, §1 step 5).
 */
export async function runImport(tools: FetchTools, plan: ImportPlan, options: RunOptions): Promise<PlanResults> {
  const { limitMs: ms } = options;
  const limit = ms === undefined ? undefined : { signal: AbortSignal.timeout(ms), ms };
  const first = await fetchPlan(new ImportSession(tools, { ...options, limit }), plan, options);
  if (!first.items.some(({ status }) => isIncorrectPassword(status))) return first;
  const second = await fetchPlan(
    new ImportSession(tools, { ...options, keyring: EMPTY_KEYRING, limit }),
    plan,
    options,
  );
  const items = second.items.map((item, index) => {
    const before = first.items[index];
    return item.status.reason === 'Unauthorized' && before ? before : item;
  });
  return {
    items,
    repository: second.repository?.status.reason === 'Unauthorized' ? first.repository : second.repository,
  };
}

async function fetchPlan(session: ImportSession, plan: ImportPlan, options: RunOptions): Promise<PlanResults> {
  const [items, repository] = await Promise.all([
    Promise.all(plan.images.map((image) => fetchPlanned(session, image, options.now))),
    plan.repository && fetchRepository(session, plan.repository, options),
  ]);
  return { items, ...(repository ? { repository } : {}) };
}

async function fetchPlanned(session: ImportSession, planned: PlannedImage, now: string): Promise<ItemResult> {
  const { from, to, importPolicy, referencePolicy, generation, reference } = planned;
  const about = {
    from,
    ...(to === undefined ? {} : { to }),
    tag: reference?.tag || 'latest',
    importPolicy,
    referencePolicy,
    ...(generation === undefined ? {} : { generation }),
  };
  if (!reference) return { ...about, status: invalidImageName(from.name, planned.problem ?? '') };
  return { ...about, ...(await fetchWanted(session, planned, reference, now)) };
}

function fetchWanted(
  session: ImportSession,
  planned: PlannedImage,
  reference: DockerImageReference,
  now: string,
): Promise<FetchedImage> {
  const { insecure, preferred, includeManifest } = planned;
  return fetchImage(
    session,
    { reference, importMode: planned.importPolicy.importMode, insecure, preferred, includeManifest },
    now,
  );
}

async function fetchRepository(
  session: ImportSession,
  planned: PlannedRepository,
  options: RunOptions,
): Promise<NonNullable<PlanResults['repository']>> {
  const { from, importPolicy, referencePolicy, reference, insecure } = planned;
  const about = { from, importPolicy, referencePolicy };
  const nothing = { ...about, additionalTags: [], items: [] };
  if (!reference) return { ...nothing, status: invalidImageName(from.name, planned.problem ?? '') };
  let tags: string[];
  try {
    tags = await session.repository(reference, insecure).tags();
  } catch (error) {
    const { registry } = clientDefaults(reference);
    return {
      ...nothing,
      ...repositoryFailure(session.causeOf(error), exactReference(asRepository(clientDefaults(reference))), registry),
    };
  }
  const [taken, additionalTags] = splitAtLimit(inImportOrder(tags), options.tagsPerRepository);
  const items = await Promise.all(
    taken.map((tag) => fetchListed(session, { ...planned, reference }, tag, options.now)),
  );
  const failed = items.filter(({ status }) => status.status !== 'Success').length;
  return { ...about, status: failed === 0 ? importSucceeded() : repositorySummary(failed), additionalTags, items };
}

/** One tag of a repository's list. A registry may list what can be no tag, such as a path: that is never asked for. */
async function fetchListed(
  session: ImportSession,
  planned: PlannedRepository & { reference: DockerImageReference },
  tag: string,
  now: string,
): Promise<ItemResult> {
  const { from, importPolicy, referencePolicy, reference, preferredOf } = planned;
  if (!isTagName(tag)) {
    const status = invalidImageName(`${from.name}:${tag}`, 'invalid tag format');
    return { from, tag, importPolicy, referencePolicy, status };
  }
  const image = { ...planned, reference: { ...reference, tag, id: '' }, preferred: preferredOf(tag) };
  return fetchPlanned(session, image, now);
}
