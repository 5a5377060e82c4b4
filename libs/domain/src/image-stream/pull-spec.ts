import type { TagEvent, TagReference } from './types.js';

/**
 * Where to pull a tag's image (contract: references, §10): through the stream's own repository when the tag asks for
 * that (`Local`) and there is one, else where it came from. `undefined` when the tag points nowhere.
 */
export function pullSpec(
  tag: TagReference | undefined,
  newest: TagEvent | undefined,
  statusDockerImageRepository: string | undefined,
): string | undefined {
  if (!newest) return undefined;
  const isLocal = tag?.referencePolicy.type === 'Local' && statusDockerImageRepository && newest.image;
  return isLocal ? `${statusDockerImageRepository}@${newest.image}` : newest.dockerImageReference;
}
