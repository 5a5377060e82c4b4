import { exactReference, withDigest } from '../reference/derive-reference.js';
import type { DockerImageReference } from '../reference/image-reference.js';
import { emptyMetadata, metadataFromConfig, type DockerImageMetadata } from './docker-metadata.js';
import { LAYERS_ORDER_ANNOTATION, type Image, type ImageLayer, type ImageManifest } from './image.js';
import { parseManifest, type Manifest } from './manifest.js';
import { MEDIA_TYPE } from './media-types.js';
import { withoutNul } from './without-nul.js';

/** Everything an Image is made of. */
export interface ImageSourceParts {
  /** As the user wrote it, nothing defaulted: the Image's reference keeps its form. */
  reference: DockerImageReference;
  /** Digest of the manifest; of schema 1, of its canonical form (without signatures). */
  digest: string;
  /** The manifest, byte for byte. */
  manifest: string;
  /** As the registry said it; see `parseManifest`. */
  mediaType?: string;
  /** The config blob; absent for lists, schema 1, and artifacts whose config is no text. */
  config?: string;
  /** Sizes of layers by digest, for schema 1, whose manifest names none; they go before what its history says. */
  layerSizes?: ReadonlyMap<string, number>;
  /** When a list was fetched: it has no time of its own (RFC 3339, seconds, UTC). */
  now: string;
  /** Keep manifest and config in the Image (`includeManifest`); never kept for a list. */
  includeManifest?: boolean;
}

/** What stands for a platform that an index does not name; the image API wants one, the OCI specification does not. */
const UNKNOWN = 'unknown';

/** Makes the Image of a manifest (contract: import, §7). Throws `InvalidManifest`; an unreadable config only leaves its parts out. */
export function imageFromManifest(parts: ImageSourceParts): Image {
  const manifest = parseManifest(parts.manifest, parts.mediaType);
  const { dockerImageMetadata, dockerImageLayers, dockerImageManifests } = derivedParts(manifest, parts);
  const isKept = parts.includeManifest === true && manifest.form !== 'list';
  return {
    metadata: {
      name: parts.digest,
      ...(manifest.form !== 'list' && { annotations: { [LAYERS_ORDER_ANNOTATION]: 'ascending' } }),
    },
    dockerImageReference: exactReference(withDigest(parts.reference, parts.digest)),
    dockerImageMetadata,
    dockerImageMetadataVersion: '1.0',
    ...(isKept && { dockerImageManifest: parts.manifest }),
    ...(dockerImageLayers && { dockerImageLayers }),
    dockerImageManifestMediaType: manifest.mediaType,
    ...(isKept && parts.config !== undefined && { dockerImageConfig: parts.config }),
    ...(dockerImageManifests && { dockerImageManifests: dockerImageManifests.map(ofSomePlatform) }),
  };
}

function ofSomePlatform(child: ImageManifest): ImageManifest {
  return { ...child, architecture: child.architecture || UNKNOWN, os: child.os || UNKNOWN };
}

/** The parts of an Image that follow from its manifest. */
export interface DerivedParts {
  dockerImageMetadata: DockerImageMetadata;
  dockerImageLayers?: ImageLayer[];
  dockerImageManifests?: ImageManifest[];
}

/** Derives metadata, layers and listed manifests of a manifest that was read already. */
export function derivedParts(
  manifest: Manifest,
  { digest, config, layerSizes, now }: Pick<ImageSourceParts, 'digest' | 'config' | 'layerSizes' | 'now'>,
): DerivedParts {
  switch (manifest.form) {
    case 'list':
      return {
        dockerImageMetadata: emptyMetadata(digest, now),
        dockerImageManifests: manifest.manifests.map(listedManifest),
      };
    case 'schema1':
      return fromSchema1(manifest.layers, manifest.history, layerSizes);
    case 'image': {
      const layers = manifest.layers.map(({ digest: name, size, mediaType }) => ({ name, size, mediaType }));
      const sizeBytes = uniqueSize(layers) + byteLength(config ?? '');
      const metadata = metadataFromConfig(parseObject(config), sizeBytes, manifest.config.digest);
      return { dockerImageMetadata: metadata, dockerImageLayers: layers };
    }
  }
}

function listedManifest({
  digest,
  mediaType,
  size,
  platform,
}: Extract<Manifest, { form: 'list' }>['manifests'][number]): ImageManifest {
  return {
    digest,
    mediaType,
    manifestSize: size,
    architecture: platform?.architecture ?? '',
    os: platform?.os ?? '',
    ...(platform?.variant && { variant: platform.variant }),
  };
}

/** Schema 1 lists the newest layer and history entry first; each history entry may know its layer's size. */
function fromSchema1(
  layers: readonly string[],
  history: readonly string[],
  layerSizes: ReadonlyMap<string, number> | undefined,
): DerivedParts {
  const dockerImageLayers = layers
    .map((name, index) => {
      const size = layerSizes?.get(name) ?? schema1LayerSize(history[index]) ?? 0;
      return { name, size, mediaType: MEDIA_TYPE.schema1Layer };
    })
    .reverse();
  return {
    dockerImageMetadata: metadataFromConfig(parseObject(history[0]), uniqueSize(dockerImageLayers)),
    dockerImageLayers,
  };
}

/** What an entry of a schema 1 history says of its layer's size; undefined when it says nothing of use. */
export function schema1LayerSize(v1Compatibility: string | undefined): number | undefined {
  const { Size: said } = parseObject(v1Compatibility);
  return typeof said === 'number' && Number.isSafeInteger(said) && said > 0 ? said : undefined;
}

/** A layer that stands in an image twice is stored once. */
function uniqueSize(layers: readonly ImageLayer[]): number {
  const sizes = new Map(layers.map(({ name, size }) => [name, size]));
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

function parseObject(text: string | undefined): Record<string, unknown> {
  if (text === undefined) return {};
  try {
    const json: unknown = JSON.parse(withoutNul(text));
    return typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : {};
  } catch {
    return {}; // an artifact's config may be anything
  }
}
