import { MEDIA_TYPE } from '@faktorz/domain';
import { z } from 'zod';
import { isBlobDigest } from '../oci/blob-digest.js';
import { manifestInvalid } from '../oci/refusals.js';
import { signedLayers } from './signed-schema1.js';

const Digest = z.string().refine(isBlobDigest, 'not a digest');
const MediaType = z
  .string()
  .max(255)
  .regex(/^\P{Cc}*$/u, 'has control characters');

const Descriptor = z.looseObject({
  mediaType: MediaType.optional(),
  digest: Digest,
  size: z.number().int().min(0),
  urls: z.array(z.string()).nullish(),
});
const Annotations = z.record(z.string(), z.string()).nullish();

/** https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md, and docker's schema 2. */
const ImageShape = z.looseObject({
  schemaVersion: z.literal(2),
  config: Descriptor,
  layers: z.array(Descriptor).nullish(),
  manifests: z.undefined({ error: 'a manifest has either layers or manifests' }).optional(),
  artifactType: MediaType.optional(),
  subject: Descriptor.nullish(),
  annotations: Annotations,
});

/** https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md, and docker's manifest list. */
const IndexShape = z.looseObject({
  schemaVersion: z.literal(2),
  manifests: z
    .array(
      Descriptor.extend({
        platform: z.looseObject({ os: z.string().optional(), architecture: z.string().optional() }).nullish(),
      }),
    )
    .nullish(),
  config: z.undefined({ error: 'an index has no config' }).optional(),
  layers: z.undefined({ error: 'an index has no layers' }).optional(),
  artifactType: MediaType.optional(),
  subject: Descriptor.nullish(),
  annotations: Annotations,
});

export type ManifestDescriptor = z.infer<typeof Descriptor>;

/** A blob that a manifest names; schema 1 does not say how large. */
export interface NamedBlob {
  readonly digest: string;
  readonly size?: number;
}

/** What the registry needs to know of a manifest. The bytes stay as they are. */
export interface ParsedManifest {
  readonly mediaType: string;
  readonly isIndex: boolean;
  /** Blobs that have to be there: config and layers, but no layers that may not be distributed. */
  readonly blobs: readonly NamedBlob[];
  /** The config, where it is the configuration of an image. */
  readonly imageConfig: ManifestDescriptor | undefined;
  /** Of an index; they may be missing. */
  readonly children: readonly (ManifestDescriptor & { platform?: { os?: string; architecture?: string } | null })[];
  readonly subject: string | undefined;
  readonly artifactType: string | undefined;
  readonly annotations: Readonly<Record<string, string>> | undefined;
}

const INDEXES: ReadonlySet<string> = new Set([MEDIA_TYPE.ociIndex, MEDIA_TYPE.manifestList]);
const IMAGES: ReadonlySet<string> = new Set([MEDIA_TYPE.ociManifest, MEDIA_TYPE.schema2]);
const IMAGE_CONFIGS: ReadonlySet<string> = new Set([MEDIA_TYPE.ociConfig, MEDIA_TYPE.schema2Config]);
const NOT_DISTRIBUTED = /nondistributable|\.foreign\./;

/**
 * Reads a manifest that came as `contentType`. Throws MANIFEST_INVALID, which names the field, and MANIFEST_UNVERIFIED for
 * a signed one whose signature is wrong.
 */
export function parseManifest(bytes: Buffer, contentType: string): ParsedManifest {
  const json = parseJson(bytes);
  const mediaType = mediaTypeOf(json, contentType);
  if (mediaType === MEDIA_TYPE.signedSchema1) return schema1Of(bytes);
  if (INDEXES.has(mediaType)) return indexOf(check(IndexShape, json), mediaType);
  return imageOf(check(ImageShape, json), mediaType);
}

/** The media type in a header `Content-Type`, without parameters. */
export function mediaTypeIn(contentType: string): string {
  return contentType.split(';')[0]?.trim().toLowerCase() ?? '';
}

/** So that a manifest has one media type wherever it is shown, its own field or else its form has to agree with the header. */
function mediaTypeOf(json: Record<string, unknown>, contentType: string): string {
  const said = mediaTypeIn(contentType);
  const own = json.mediaType;
  if (own !== undefined && typeof own !== 'string') throw manifestInvalid('mediaType is not a string');
  if (json.schemaVersion === 1) {
    if (said === MEDIA_TYPE.signedSchema1) return said;
    throw manifestInvalid('schema 1 has to be signed and sent as such', { expected: MEDIA_TYPE.signedSchema1 });
  }
  if (own === undefined || own === '') {
    const isOci = said === MEDIA_TYPE.ociManifest || said === MEDIA_TYPE.ociIndex;
    if (!isOci) throw manifestInvalid('mediaType is missing', { contentType: said });
    return said;
  }
  if (!INDEXES.has(own) && !IMAGES.has(own)) throw manifestInvalid('mediaType is not accepted', { mediaType: own });
  if (own !== said) {
    throw manifestInvalid('mediaType and the header Content-Type differ', { mediaType: own, contentType: said });
  }
  return own;
}

function schema1Of(bytes: Buffer): ParsedManifest {
  return {
    mediaType: MEDIA_TYPE.signedSchema1,
    isIndex: false,
    blobs: signedLayers(bytes).map((digest) => ({ digest })),
    imageConfig: undefined,
    children: [],
    subject: undefined,
    artifactType: undefined,
    annotations: undefined,
  };
}

function imageOf(image: z.infer<typeof ImageShape>, mediaType: string): ParsedManifest {
  const { config, subject, artifactType } = image;
  const layers = image.layers ?? [];
  if (mediaType === MEDIA_TYPE.schema2) layers.forEach(checkUrls);
  return {
    mediaType,
    isIndex: false,
    blobs: [config, ...layers.filter((layer) => !isElsewhere(layer))],
    imageConfig: IMAGE_CONFIGS.has(config.mediaType ?? '') ? config : undefined,
    children: [],
    subject: subject?.digest,
    artifactType: artifactType || config.mediaType,
    annotations: image.annotations ?? undefined,
  };
}

function indexOf(index: z.infer<typeof IndexShape>, mediaType: string): ParsedManifest {
  return {
    mediaType,
    isIndex: true,
    blobs: [],
    imageConfig: undefined,
    children: index.manifests ?? [],
    subject: index.subject?.digest,
    artifactType: index.artifactType,
    annotations: index.annotations ?? undefined,
  };
}

function isElsewhere({ mediaType = '', urls }: ManifestDescriptor): boolean {
  return NOT_DISTRIBUTED.test(mediaType) && (urls ?? []).length > 0;
}

/** Docker's rule (contract: registry, §5): foreign layers say where they are, others lie in the registry. */
function checkUrls({ mediaType = '', urls, digest }: ManifestDescriptor): void {
  const isForeign = NOT_DISTRIBUTED.test(mediaType);
  const hasUrls = (urls ?? []).length > 0;
  if (isForeign && !hasUrls) throw manifestInvalid('a foreign layer has no urls', { digest });
  if (!isForeign && hasUrls) throw manifestInvalid('a layer that is not foreign has urls', { digest });
}

function parseJson(bytes: Buffer): Record<string, unknown> {
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw manifestInvalid('it is not JSON', undefined, cause);
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw manifestInvalid('it is not a JSON object');
  return json as Record<string, unknown>;
}

function check<Shape extends z.ZodType>(shape: Shape, json: unknown): z.infer<Shape> {
  const result = shape.safeParse(json);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw manifestInvalid(`${issue?.path.join('.') || 'it'}: ${issue?.message ?? 'wrong'}`, {
    field: issue?.path.join('.'),
  });
}
