import { derivedParts } from './image-from-manifest.js';
import type { Image } from './image.js';
import { InvalidManifest, parseManifest } from './manifest.js';
import { normalizedMetadata } from './docker-metadata.js';

/**
 * Completes an Image that a client or the registry creates (contract: resources, §4): with a manifest, metadata, layers
 * and listed manifests are derived from it, unless layers and size are there; a manifest that cannot be read changes
 * nothing. Metadata is brought into the API's form, and `1.0` is its version.
 */
export function withDerivedParts(image: Image, now: string): Image {
  const completed: Image = {
    ...image,
    dockerImageMetadata: normalizedMetadata(image.dockerImageMetadata),
    dockerImageMetadataVersion: image.dockerImageMetadataVersion || '1.0',
  };
  if (!image.dockerImageManifest || isComplete(completed)) return completed;
  try {
    const manifest = parseManifest(image.dockerImageManifest, image.dockerImageManifestMediaType);
    const parts = derivedParts(manifest, { digest: image.metadata.name, config: image.dockerImageConfig, now });
    return { ...completed, ...parts, dockerImageManifestMediaType: manifest.mediaType };
  } catch (error) {
    if (error instanceof InvalidManifest) return completed;
    throw error;
  }
}

function isComplete(image: Image): boolean {
  const { Size: size } = image.dockerImageMetadata;
  return (
    (image.dockerImageLayers?.length ?? 0) > 0 &&
    typeof size === 'number' &&
    Boolean(image.dockerImageManifestMediaType)
  );
}
