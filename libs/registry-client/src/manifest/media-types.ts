/** Media types of the manifests we read. */
export const MEDIA_TYPES = {
  schema1: 'application/vnd.docker.distribution.manifest.v1+json',
  schema1Signed: 'application/vnd.docker.distribution.manifest.v1+prettyjws',
  schema2: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  ociIndex: 'application/vnd.oci.image.index.v1+json',
} as const;

const KNOWN: ReadonlySet<string> = new Set(Object.values(MEDIA_TYPES));

/** `Accept` of manifest requests. */
export const ACCEPTED_MANIFESTS = [
  MEDIA_TYPES.ociIndex,
  MEDIA_TYPES.dockerList,
  MEDIA_TYPES.ociManifest,
  MEDIA_TYPES.schema2,
  MEDIA_TYPES.schema1Signed,
].join(', ');

/** The `Content-Type` without parameters, in lower case; empty when absent. */
export function contentType(header: string | string[] | undefined): string {
  const text = Array.isArray(header) ? header[0] : header;
  return (text ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/**
 * What a manifest is: the header if it names a manifest type, else what the document says or looks like (some
 * registries answer `application/json` or `text/plain`). Undefined when it is no manifest.
 */
export function manifestMediaType(header: string, document: unknown): string | undefined {
  if (KNOWN.has(header)) return header;
  if (typeof document !== 'object' || document === null) return undefined;
  const { mediaType, schemaVersion, manifests, config, signatures } = document as Record<string, unknown>;
  if (typeof mediaType === 'string' && KNOWN.has(mediaType)) return mediaType;
  if (schemaVersion === 1) return signatures === undefined ? MEDIA_TYPES.schema1 : MEDIA_TYPES.schema1Signed;
  if (schemaVersion !== 2) return undefined;
  if (Array.isArray(manifests)) return MEDIA_TYPES.ociIndex;
  return config === undefined ? undefined : MEDIA_TYPES.ociManifest;
}
