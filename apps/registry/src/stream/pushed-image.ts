import {
  type Image,
  imageFromManifest,
  type DockerImageReference,
  InvalidImageReference,
  InvalidManifest,
  LAYERS_ORDER_ANNOTATION,
  MANAGED_ANNOTATION,
  MANIFEST_BLOB_STORED_ANNOTATION,
  parseImageReference,
} from '@faktorz/domain';
import { OciError } from '../oci/oci-error.js';
import { nameOf, type RepositoryName } from '../oci/repository-name.js';
import type { PushedManifest } from './repository-streams.js';

/**
 * The Image of a pushed manifest, without the manifest itself, which this registry keeps. `host` is the registry's own
 * name. Throws MANIFEST_INVALID for what is no manifest, and NAME_INVALID for a name that is too long for references.
 */
export function pushedImage(
  { repository, digest, mediaType, manifest, layerSizes, config }: Omit<PushedManifest, 'tags'>,
  host: string,
  now: string,
): Image {
  const image = fromManifest({
    reference: referenceOf(host, repository),
    digest,
    manifest: manifest.toString('utf8'),
    mediaType,
    layerSizes,
    config: config?.toString('utf8'),
    now,
  });
  return {
    ...image,
    metadata: {
      ...image.metadata,
      annotations: {
        [MANIFEST_BLOB_STORED_ANNOTATION]: 'true',
        [LAYERS_ORDER_ANNOTATION]: image.dockerImageManifests ? '' : 'ascending',
        [MANAGED_ANNOTATION]: 'true',
      },
    },
  };
}

/** References to images are limited in length, host included; names of repositories alone may be as long. */
function referenceOf(host: string, repository: RepositoryName): DockerImageReference {
  try {
    return parseImageReference(`${host}/${nameOf(repository)}`);
  } catch (cause) {
    if (!(cause instanceof InvalidImageReference)) throw cause;
    const detail = { name: nameOf(repository) };
    throw new OciError('NAME_INVALID', `${cause.message}, with the registry's host ${host}`, { detail, cause });
  }
}

function fromManifest(parts: Parameters<typeof imageFromManifest>[0]): Image {
  try {
    return imageFromManifest(parts);
  } catch (cause) {
    if (cause instanceof InvalidManifest)
      throw new OciError('MANIFEST_INVALID', `manifest invalid: ${cause.message}`, { cause });
    throw cause;
  }
}
