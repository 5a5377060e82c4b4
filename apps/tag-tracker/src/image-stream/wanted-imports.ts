import {
  type DataOf,
  type ImportRequested,
  isChecked,
  isImportable,
  isInsecureRepository,
  needsImport,
  needsRepositoryImport,
  type TagReference,
} from '@faktorz/domain';
import { canonicalJson } from './canonical-json.js';
import type { StreamChange, TagChange } from './stream-change.js';
import type { StreamHead, StreamRows } from './stream-rows.js';

/** Tags an import request names at most: an event stays below the size of a message, and results are applied in one write. */
const MOST_ITEMS = 200;
const PREFERRED_ARCHITECTURE = 'importer.image.openshift.io/prefer-arch';
const PREFERRED_OS = 'importer.image.openshift.io/prefer-os';

type Request = DataOf<typeof ImportRequested>;
type Item = Request['items'][number];

/** What one `ImportRequested` asks for, beside the stream. */
export type WantedImport = Pick<Request, 'cause' | 'items' | 'repository'>;

/**
 * What the importer has to hear of a write: tags whose spec is newer than what was last imported; tags whose schedule or
 * policy changed; and the whole repository, once, while the stream was never imported. Only tags the write touches are
 * looked at, unless the annotation that says "imported" was taken away.
 */
export async function wantedImports(
  change: StreamChange,
  before: StreamHead | undefined,
  readStored: () => Promise<StreamRows | undefined>,
): Promise<WantedImport[]> {
  const annotations = change.head.annotations ?? undefined;
  const insecure = isInsecureRepository(annotations);
  const byCause = new Map<WantedImport['cause'], Item[]>();
  for (const tag of change.tags) {
    const wanted = wantedItem(tag, isChecked(annotations), insecure);
    if (wanted) byCause.set(wanted.cause, [...(byCause.get(wanted.cause) ?? []), wanted.item]);
  }
  if (before && isChecked(before.annotations ?? undefined) && !isChecked(annotations)) {
    byCause.set('check-removed', importableItems(await readStored(), change, insecure));
  }
  const requests: WantedImport[] = [...byCause].flatMap(([cause, items]) =>
    chunks(items).map((part) => ({ cause, items: part })),
  );
  const repository = wantedRepository(change, before, insecure);
  if (!repository) return requests;
  const [first = { cause: 'created' as const, items: [] }, ...others] = requests.filter(
    ({ cause }) => cause !== 'policy-changed',
  );
  return [{ ...first, repository }, ...others, ...requests.filter(({ cause }) => cause === 'policy-changed')];
}

function wantedItem(
  change: TagChange,
  checked: boolean,
  insecure: boolean,
): { cause: WantedImport['cause']; item: Item } | undefined {
  const { row, specBefore, after } = change;
  if (row === undefined) return undefined;
  const spec = row?.spec && isImportable(row.spec) ? row.spec : undefined;
  const wasScheduled = Boolean(specBefore && isImportable(specBefore) && specBefore.importPolicy.scheduled);
  if (!spec) return wasScheduled ? { cause: 'policy-changed', item: unscheduled(specBefore!) } : undefined;
  const isNewlyAsked = spec.generation !== specBefore?.generation;
  if (isNewlyAsked && needsImport(spec, after, row?.conditions ?? [], checked)) {
    return { cause: specBefore ? 'changed' : 'created', item: item(spec, insecure) };
  }
  if (!wasScheduled && !spec.importPolicy.scheduled) return undefined;
  return scheduleOf(spec) === scheduleOf(specBefore)
    ? undefined
    : { cause: 'policy-changed', item: item(spec, insecure) };
}

/** The tag no longer comes from where it was checked: its checks end. */
function unscheduled(before: TagReference): Item {
  const { scheduled: _scheduled, ...importPolicy } = before.importPolicy;
  return { ...item(before, false), importPolicy };
}

/** Everything a scheduled check of the tag depends on. */
function scheduleOf(spec: TagReference | null | undefined): string {
  return canonicalJson(spec && [spec.from, spec.importPolicy, spec.annotations]);
}

function wantedRepository(
  { head }: StreamChange,
  before: StreamHead | undefined,
  insecure: boolean,
): WantedImport['repository'] | undefined {
  const isWaiting = needsRepositoryImport(head.annotations ?? undefined, head.repository ?? undefined);
  const wasWaiting = before && needsRepositoryImport(before.annotations ?? undefined, before.repository ?? undefined);
  if (!isWaiting || wasWaiting || !head.repository) return undefined;
  return {
    from: head.repository,
    importPolicy: { ...(insecure && { insecure: true }), importMode: 'Legacy' },
    referencePolicy: { type: 'Source' },
  };
}

function importableItems(stored: StreamRows | undefined, change: StreamChange, insecure: boolean): Item[] {
  const touched = new Set(change.tags.map((tag) => tag.tag));
  return (stored?.tags ?? []).flatMap(({ tag, spec }) =>
    spec && !touched.has(tag) && isImportable(spec) ? [item(spec, insecure)] : [],
  );
}

/** The stream's annotation or the tag itself may allow an insecure registry. */
function item(spec: TagReference, insecure: boolean): Item {
  const architecture = spec.annotations?.[PREFERRED_ARCHITECTURE];
  const os = spec.annotations?.[PREFERRED_OS];
  return {
    tag: spec.name,
    generation: spec.generation ?? 0,
    from: spec.from?.name ?? '',
    importPolicy: { ...spec.importPolicy, ...((insecure || spec.importPolicy.insecure) && { insecure: true }) },
    referencePolicy: { ...spec.referencePolicy },
    ...((architecture || os) && { platform: { ...(architecture && { architecture }), ...(os && { os }) } }),
  };
}

function chunks<T>(items: readonly T[]): T[][] {
  const parts: T[][] = [];
  for (let start = 0; start < items.length; start += MOST_ITEMS) parts.push(items.slice(start, start + MOST_ITEMS));
  return parts;
}
