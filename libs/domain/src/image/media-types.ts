/** Media types of manifests and their parts. */
export const MEDIA_TYPE = {
  schema1: 'application/vnd.docker.distribution.manifest.v1+json',
  signedSchema1: 'application/vnd.docker.distribution.manifest.v1+prettyjws',
  schema2: 'application/vnd.docker.distribution.manifest.v2+json',
  manifestList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  ociIndex: 'application/vnd.oci.image.index.v1+json',
  schema2Config: 'application/vnd.docker.container.image.v1+json',
  ociConfig: 'application/vnd.oci.image.config.v1+json',
  ociEmpty: 'application/vnd.oci.empty.v1+json',
  /** What layers of schema 1, which names no type, are listed as. */
  schema1Layer: 'application/vnd.docker.container.image.rootfs.diff+x-gtar',
} as const;

const LISTS: ReadonlySet<string> = new Set([MEDIA_TYPE.manifestList, MEDIA_TYPE.ociIndex]);
const SCHEMA1: ReadonlySet<string> = new Set([MEDIA_TYPE.schema1, MEDIA_TYPE.signedSchema1]);

/** Does a manifest of this type name other manifests? */
export function isListMediaType(mediaType: string): boolean {
  return LISTS.has(mediaType);
}

/** Is this the old manifest whose layers stand newest first and whose config is its history? */
export function isSchema1MediaType(mediaType: string): boolean {
  return SCHEMA1.has(mediaType);
}
