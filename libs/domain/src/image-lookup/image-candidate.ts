import { InvalidImageReference, parseImageReference } from '../reference/parse-image-reference.js';

/** A tag of a stream that an image string may mean. */
export interface ImageCandidate {
  stream: string;
  tag: string;
}

/**
 * The tag of a stream of the object's own namespace that an image string may mean; undefined for one that means an image
 * elsewhere. Only a bare `name[:tag]` may be such a tag, unless the object asks for all its names to be resolved: then
 * registry and namespace are left out. A digest always says which image is meant.
 */
export function imageCandidate(image: string, resolvesAllNames: boolean): ImageCandidate | undefined {
  const reference = parsed(image);
  if (!reference || reference.id || reference.name === '') return undefined;
  if ((reference.registry || reference.namespace) && !resolvesAllNames) return undefined;
  return { stream: reference.name, tag: reference.tag || 'latest' };
}

function parsed(image: string): ReturnType<typeof parseImageReference> | undefined {
  try {
    return parseImageReference(image);
  } catch (error) {
    if (error instanceof InvalidImageReference) return undefined;
    throw error;
  }
}
