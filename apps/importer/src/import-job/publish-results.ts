import { importedReference, ImageImported, ImportFailed, type DataOf } from '@faktorz/domain';
import type { ChangeTransaction } from '@faktorz/persistence';
import type { ItemResult, PlanResults } from '../fetch/run-import.js';

/** Which import results belong to. */
export interface ResultsOf {
  importId: string;
  namespace: string;
  stream: string;
  resultsUrl: string;
  /** When the images were fetched. */
  now: Date;
}

type Outcome = {
  tag?: string;
  generation?: number;
  status: ItemResult['status'];
  image?: ItemResult['image'];
  retryAfterMs?: number;
};

/** Publishes one event for each result of an import; its consumer applies them when it has seen them all. */
export function publishResults(tx: ChangeTransaction, about: ResultsOf, { items, repository }: PlanResults): void {
  const outcomes: Outcome[] = [
    ...(repository?.items ?? []).map((item) => ({ ...item, generation: undefined })),
    ...items.map((item) => ({ ...item, tag: item.to ?? item.tag })),
  ];
  if (repository && repository.items.length === 0)
    outcomes.unshift({ status: repository.status, retryAfterMs: repository.retryAfterMs });
  for (const [index, outcome] of outcomes.entries()) publishOutcome(tx, about, outcome, index, outcomes.length);
}

function publishOutcome(tx: ChangeTransaction, about: ResultsOf, outcome: Outcome, item: number, items: number): void {
  const { importId, namespace, stream, resultsUrl, now } = about;
  const { tag, generation, image, status, retryAfterMs } = outcome;
  const place = { importId, namespace, stream, resultsUrl, item, items, generation };
  const where = {
    subject: tag === undefined ? `${namespace}/${stream}` : `${namespace}/${stream}:${tag}`,
    namespace,
    stream,
  };
  if (image && tag !== undefined) {
    const data: DataOf<typeof ImageImported> = {
      ...place,
      tag,
      image: image.metadata.name,
      dockerImageReference: importedReference(image),
      firstSeen: now.toISOString(),
    };
    tx.publish({ definition: ImageImported, ...where, data });
    return;
  }
  const data: DataOf<typeof ImportFailed> = {
    ...place,
    tag,
    reason: status.reason ?? 'NotFound',
    message: status.message ?? 'the repository has no tags',
    ...(retryAfterMs === undefined ? {} : { retryAfter: new Date(now.getTime() + retryAfterMs).toISOString() }),
  };
  tx.publish({ definition: ImportFailed, ...where, data });
}
