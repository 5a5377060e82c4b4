import { MANAGED_ANNOTATION, type Image } from '../image/image.js';
import { isSchema1MediaType } from '../image/media-types.js';

/** Blobs that an image names: its layers, and its config where the manifest has one; each once, without the manifest. */
export function blobsOf(image: Image): string[] {
  const blobs = new Set((image.dockerImageLayers ?? []).map(({ name }) => name));
  const config = image.dockerImageMetadata['Id'];
  const isWithConfig = image.dockerImageManifestMediaType && !isSchema1MediaType(image.dockerImageManifestMediaType);
  if (isWithConfig && typeof config === 'string' && config !== '') blobs.add(config);
  return [...blobs];
}

/** Bytes of all layers and the config, each counted once. */
export function imageSize(image: Image): number {
  const sizes = new Map((image.dockerImageLayers ?? []).map(({ name, size }) => [name, size]));
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  const said = image.dockerImageMetadata['Size'];
  return typeof said === 'number' && said > 0 ? said : total;
}

/** Was it pushed to the integrated registry? */
export function isManaged(image: Image): boolean {
  return image.metadata.annotations?.[MANAGED_ANNOTATION] === 'true';
}
