import type { KubeObject } from '@faktorz/apimachinery';
import type { Image } from '../image/image.js';
import { IMAGE_API_VERSION, type ImageStream } from './image-stream.js';

interface BlobFacts {
  size: number | null;
  mediaType?: string;
}

interface ImageBlobs {
  imageMissing: boolean;
  layers: string[] | null;
  config: string | null;
  manifests?: string[];
}

/** Every blob a stream's images consist of: what may be pulled through the stream. */
export interface ImageStreamLayers extends KubeObject {
  blobs: Record<string, BlobFacts>;
  images: Record<string, ImageBlobs>;
}

const CONFIG_MEDIA_TYPES: Readonly<Record<string, string>> = {
  'application/vnd.docker.distribution.manifest.v2+json': 'application/vnd.docker.container.image.v1+json',
  'application/vnd.oci.image.manifest.v1+json': 'application/vnd.oci.image.config.v1+json',
};

/** `digests` are the images of the stream's histories; `images` all those found, children of lists included. */
export function imageStreamLayers(
  stream: ImageStream,
  digests: readonly string[],
  images: ReadonlyMap<string, Image>,
): ImageStreamLayers {
  const answer: ImageStreamLayers = {
    kind: 'ImageStreamLayers',
    apiVersion: IMAGE_API_VERSION,
    metadata: withoutManagedFields(stream.metadata),
    blobs: {},
    images: {},
  };
  for (const digest of digests) addImage(answer, digest, images);
  answer.blobs = sorted(answer.blobs);
  answer.images = sorted(answer.images);
  return answer;
}

function addImage(answer: ImageStreamLayers, digest: string, images: ReadonlyMap<string, Image>): void {
  if (answer.images[digest]) return;
  const image = images.get(digest);
  if (!image) {
    answer.images[digest] = { imageMissing: true, layers: null, config: null };
    return;
  }
  const mediaType = image.dockerImageManifestMediaType;
  const children = image.dockerImageManifests?.map((manifest) => manifest.digest) ?? [];
  const config = configDigest(image);
  answer.images[digest] = {
    imageMissing: false,
    layers: image.dockerImageLayers?.map((layer) => layer.name) ?? null,
    config: config ?? null,
    ...(children.length > 0 && { manifests: children }),
  };
  answer.blobs[digest] = { size: null, ...(mediaType && { mediaType }) };
  for (const layer of image.dockerImageLayers ?? []) {
    answer.blobs[layer.name] = { size: layer.size, mediaType: layer.mediaType };
  }
  if (config) answer.blobs[config] = { size: null, mediaType: CONFIG_MEDIA_TYPES[mediaType ?? ''] };
  for (const child of children) addImage(answer, child, images);
}

/** Schema 2 and OCI manifests name their config, whose digest is the image's Id; others have none. */
function configDigest(image: Image): string | undefined {
  if (!CONFIG_MEDIA_TYPES[image.dockerImageManifestMediaType ?? '']) return undefined;
  const id = image.dockerImageMetadata?.Id;
  return typeof id === 'string' && id !== '' ? id : undefined;
}

function withoutManagedFields({
  managedFields: _managedFields,
  ...rest
}: ImageStream['metadata']): ImageStream['metadata'] {
  return rest;
}

function sorted<V>(map: Record<string, V>): Record<string, V> {
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));
}
