import { InvalidImageReference, parseImageReference, platformPreference, type TagReference } from '@faktorz/domain';
import type { ImportPlan, PlannedImage } from '../fetch/import-plan.js';
import type { ImageStreamImport, RepositoryImportSpec } from './image-stream-import.js';

/** What a valid request asks to fetch. `tags` are the stream's spec tags as they are now: their annotations choose platforms. */
export function planRequest(spec: ImageStreamImport['spec'], tags: readonly TagReference[]): ImportPlan {
  const annotations = new Map(tags.map((tag) => [tag.name, tag.annotations]));
  const preferredOf = (tag: string | undefined) =>
    platformPreference(tag === undefined ? undefined : annotations.get(tag));
  const keepsManifests = !spec.import;
  return {
    images: (spec.images ?? []).map((image) => ({
      ...planItem(image, keepsManifests),
      to: image.to?.name,
      preferred: preferredOf(image.to?.name),
    })),
    ...(spec.repository ? { repository: { ...planItem(spec.repository, keepsManifests), preferredOf } } : {}),
  };
}

function planItem(item: RepositoryImportSpec, keepsManifests: boolean): Omit<PlannedImage, 'to' | 'preferred'> {
  return {
    from: item.from,
    ...referenceOf(item.from.name),
    importPolicy: { ...item.importPolicy, importMode: item.importPolicy.importMode ?? 'Legacy' },
    referencePolicy: item.referencePolicy,
    insecure: item.importPolicy.insecure ?? false,
    includeManifest: keepsManifests && item.includeManifest === true,
  };
}

/** The parsed name, or why it is none. */
export function referenceOf(name: string): Pick<PlannedImage, 'reference' | 'problem'> {
  try {
    const reference = parseImageReference(name);
    return reference.name === '' ? { problem: 'invalid reference format' } : { reference };
  } catch (error) {
    if (error instanceof InvalidImageReference) return { problem: error.message };
    throw error;
  }
}
