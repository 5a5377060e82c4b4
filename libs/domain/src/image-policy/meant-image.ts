import { z } from 'zod';
import { imageCandidate } from '../image-lookup/image-candidate.js';
import { InvalidImageReference, parseImageReference } from '../reference/parse-image-reference.js';

/** What an object runs: a pull spec under the kind `DockerImage`, or a tag or image of a stream. */
export const ImageReference = z.object({
  kind: z.string(),
  /** Of the stream; empty: the object's own. */
  namespace: z.string().default(''),
  name: z.string(),
});
export type ImageReference = z.infer<typeof ImageReference>;

/** The image that a reference means, as far as this system can know it. */
export type MeantImage =
  | { digest: string }
  /** `onlyIfLocal`: it means the tag where its stream allows bare names (`lookupPolicy.local`). */
  | { namespace: string; stream: string; tag: string; onlyIfLocal: boolean };

/** Whose references they are. */
export interface ReferenceScope {
  namespace: string;
  /** Does the object ask for all its image names to be resolved? */
  resolvesAllNames: boolean;
  /** Host of the integrated registry: `host/namespace/name:tag` there is a tag. */
  internalHost: string | undefined;
}

/** Undefined for a reference to an image that only its registry knows, or to none at all. */
export function meantImage(reference: ImageReference, scope: ReferenceScope): MeantImage | undefined {
  const namespace = reference.namespace || scope.namespace;
  switch (reference.kind) {
    case 'DockerImage':
      return meantByPullSpec(reference.name, scope);
    case 'ImageStreamTag': {
      const [stream = '', tag = '', ...more] = reference.name.split(':');
      return stream && tag && more.length === 0 ? { namespace, stream, tag, onlyIfLocal: false } : undefined;
    }
    case 'ImageStreamImage': {
      const digest = reference.name.split('@')[1];
      return digest ? { digest } : undefined;
    }
    default:
      return undefined;
  }
}

function meantByPullSpec(name: string, scope: ReferenceScope): MeantImage | undefined {
  const reference = parsed(name);
  if (!reference) return undefined;
  if (reference.id) return { digest: reference.id };
  const candidate = imageCandidate(name, scope.resolvesAllNames);
  if (candidate) return { namespace: scope.namespace, ...candidate, onlyIfLocal: !scope.resolvesAllNames };
  if (!reference.registry || reference.registry !== scope.internalHost || reference.name === '') return undefined;
  const namespace = reference.namespace || scope.namespace;
  return { namespace, stream: reference.name, tag: reference.tag || 'latest', onlyIfLocal: false };
}

function parsed(name: string): ReturnType<typeof parseImageReference> | undefined {
  try {
    return parseImageReference(name);
  } catch (error) {
    if (error instanceof InvalidImageReference) return undefined;
    throw error;
  }
}
