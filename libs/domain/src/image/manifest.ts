import { z } from 'zod';
import { DomainError } from '../domain-error.js';
import { isDigest } from '../reference/digest.js';
import { isListMediaType, isSchema1MediaType, MEDIA_TYPE } from './media-types.js';
import { withoutNul } from './without-nul.js';

const Descriptor = z.looseObject({
  mediaType: z.string().default(''),
  digest: z.string(),
  size: z.number().int().min(0).default(0),
});

/** Of content that is fetched: a name in place of a digest would go unverified. */
const Verifiable = Descriptor.extend({
  digest: z.string().refine(isDigest, 'must be a sha256, sha384 or sha512 digest'),
});

const Platform = z.looseObject({
  architecture: z.string().default(''),
  os: z.string().default(''),
  variant: z.string().optional(),
});

/** https://github.com/opencontainers/image-spec/blob/v1.1.0/manifest.md and docker's schema 2. */
const ImageManifestShape = z.looseObject({
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  config: Verifiable,
  layers: z.array(Descriptor).nullish(),
});

/** https://github.com/opencontainers/image-spec/blob/v1.1.0/image-index.md and docker's manifest list. */
const ListShape = z.looseObject({
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  manifests: z.array(Verifiable.extend({ platform: Platform.optional() })).nullish(),
});

/** https://distribution.github.io/distribution/spec/deprecated-schema-v1/ */
const Schema1Shape = z.looseObject({
  schemaVersion: z.literal(1),
  architecture: z.string().default(''),
  fsLayers: z.array(z.looseObject({ blobSum: z.string() })).default([]),
  history: z.array(z.looseObject({ v1Compatibility: z.string().refine(isJson, 'must be JSON') })).default([]),
});

export type ManifestDescriptor = z.infer<typeof Descriptor>;
export type ListedManifest = z.infer<typeof Descriptor> & { platform?: z.infer<typeof Platform> };

/** A manifest, told apart by form. `mediaType` is never empty. */
export type Manifest =
  | { form: 'image'; mediaType: string; config: ManifestDescriptor; layers: ManifestDescriptor[] }
  | { form: 'list'; mediaType: string; manifests: ListedManifest[] }
  | { form: 'schema1'; mediaType: string; layers: string[]; history: string[] };

/** The bytes are no manifest this system knows. */
export class InvalidManifest extends DomainError {
  readonly reason = 'Invalid';
}

/**
 * Reads a manifest. `mediaType` is what the registry said it is (parameters are dropped); without it, or with a general
 * type such as `application/json`, the manifest's own field and shape decide. Throws `InvalidManifest`.
 */
export function parseManifest(text: string, mediaType = ''): Manifest {
  const json = parseJson(text);
  const type = kindOf(json, mediaType.split(';')[0]?.trim() ?? '');
  if (isSchema1MediaType(type)) {
    const { fsLayers, history } = check(Schema1Shape, json, type);
    return {
      form: 'schema1',
      mediaType: MEDIA_TYPE.schema1,
      layers: fsLayers.map(({ blobSum }) => blobSum),
      history: history.map(({ v1Compatibility }) => v1Compatibility),
    };
  }
  if (isListMediaType(type)) {
    return { form: 'list', mediaType: type, manifests: check(ListShape, json, type).manifests ?? [] };
  }
  const { config, layers } = check(ImageManifestShape, json, type);
  return { form: 'image', mediaType: type, config, layers: layers ?? [] };
}

const KNOWN: ReadonlySet<string> = new Set([
  MEDIA_TYPE.schema1,
  MEDIA_TYPE.signedSchema1,
  MEDIA_TYPE.schema2,
  MEDIA_TYPE.manifestList,
  MEDIA_TYPE.ociManifest,
  MEDIA_TYPE.ociIndex,
]);

function kindOf(json: Record<string, unknown>, said: string): string {
  if (KNOWN.has(said)) return said;
  if (typeof json.mediaType === 'string' && KNOWN.has(json.mediaType)) return json.mediaType;
  if (json.schemaVersion === 1) return MEDIA_TYPE.schema1;
  if (Array.isArray(json.manifests)) return MEDIA_TYPE.ociIndex;
  if (json.config !== undefined) return MEDIA_TYPE.ociManifest;
  throw new InvalidManifest(`unrecognized manifest of media type ${JSON.stringify(said)}`);
}

function parseJson(text: string): Record<string, unknown> {
  let json: unknown;
  try {
    json = JSON.parse(withoutNul(text));
  } catch (cause) {
    throw new InvalidManifest('the manifest is not JSON', { cause });
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new InvalidManifest('the manifest is not a JSON object');
  }
  return json as Record<string, unknown>;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function check<Shape extends z.ZodType>(shape: Shape, json: unknown, type: string): z.infer<Shape> {
  const result = shape.safeParse(json);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const place = issue?.path.join('.') || 'the manifest';
  throw new InvalidManifest(`${place} of a ${type} is wrong: ${issue?.message ?? ''}`, { cause: result.error });
}
