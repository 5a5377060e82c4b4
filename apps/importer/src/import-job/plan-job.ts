import type { DataOf, ImportRequested, TagSource } from '@faktorz/domain';
import type { ImportPlan, PlannedImage } from '../fetch/import-plan.js';
import { referenceOf } from '../image-stream-import/plan-request.js';

type Request = DataOf<typeof ImportRequested>;

/** What a recorded import is to fetch. */
export function planJob({ items, repository }: Pick<Request, 'items' | 'repository'>): ImportPlan {
  return {
    images: items.map((item) => ({
      ...planned(item),
      to: item.tag,
      generation: item.generation,
      preferred: item.platform ?? {},
    })),
    ...(repository ? { repository: { ...planned(repository), preferredOf: () => ({}) } } : {}),
  };
}

function planned(
  item: Pick<Request['items'][number], 'from' | 'importPolicy' | 'referencePolicy'>,
): Omit<PlannedImage, 'to' | 'generation' | 'preferred'> {
  const from: TagSource = { kind: 'DockerImage', name: item.from };
  const { insecure, scheduled, importMode = 'Legacy' } = item.importPolicy;
  return {
    from,
    ...referenceOf(item.from),
    importPolicy: { ...(insecure ? { insecure } : {}), ...(scheduled ? { scheduled } : {}), importMode },
    referencePolicy: { type: item.referencePolicy.type },
    insecure: insecure ?? false,
    includeManifest: false,
  };
}
