import { clientDefaults, InvalidImageReference, parseImageReference, repositoryPath } from '@faktorz/domain';

/** A repository that images of a stream came from. */
export interface ImageSource {
  /** `registry/path`, docker hub's defaults applied. */
  repository: string;
  insecure: boolean;
}

interface Place {
  reference: string;
  insecure: boolean;
  /** Is this the newest entry of its tag? */
  isNewest: boolean;
}

/**
 * Where to look for a stream's blobs (contract: registry, §6): repositories of newest entries, then those of older ones;
 * of each kind secure before insecure, then by name. One insecure place makes its whole registry so. The integrated
 * registry (`ownHosts`) is no source.
 */
export function imageSources(places: readonly Place[], ownHosts: ReadonlySet<string>): ImageSource[] {
  const found = places.flatMap((place) => {
    const address = addressOf(place.reference);
    return address && !ownHosts.has(address.registry) ? [{ ...place, ...address }] : [];
  });
  const insecureRegistries = new Set(found.filter(({ insecure }) => insecure).map(({ registry }) => registry));
  const sources = new Map<string, ImageSource>();
  for (const isNewest of [true, false]) {
    const kind = found
      .filter((place) => place.isNewest === isNewest)
      .map(({ registry, repository }) => ({ repository, insecure: insecureRegistries.has(registry) }))
      .sort((a, b) => Number(a.insecure) - Number(b.insecure) || (a.repository < b.repository ? -1 : 1));
    for (const source of kind) if (!sources.has(source.repository)) sources.set(source.repository, source);
  }
  return [...sources.values()];
}

function addressOf(reference: string): { registry: string; repository: string } | undefined {
  try {
    const parsed = clientDefaults(parseImageReference(reference));
    return { registry: parsed.registry, repository: `${parsed.registry}/${repositoryPath(parsed)}` };
  } catch (error) {
    if (error instanceof InvalidImageReference) return undefined; // old data may hold anything
    throw error;
  }
}
