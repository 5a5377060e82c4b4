import { type Image, imageFromManifest, type Manifest, parseImageReference, parseManifest } from '@faktorz/domain';
import type { FetchedManifest, RepositoryClient } from '@faktorz/registry-client';

/** A manifest with what it says. */
export interface ReadManifest extends FetchedManifest {
  parsed: Manifest;
}

/** Fetches a manifest by tag or digest and reads it. */
export async function readManifest(repository: RepositoryClient, reference: string): Promise<ReadManifest> {
  const fetched = await repository.getManifest(reference);
  return { ...fetched, parsed: parseManifest(fetched.bytes.toString('utf8'), fetched.mediaType) };
}

/** All that an image says of itself, its config included. */
export async function readImage(repository: RepositoryClient, manifest: ReadManifest): Promise<Image> {
  const { parsed, digest, mediaType, bytes } = manifest;
  const config = parsed.form === 'image' ? await repository.readBlob(parsed.config.digest) : undefined;
  return imageFromManifest({
    reference: parseImageReference(repository.name),
    digest,
    mediaType,
    manifest: bytes.toString('utf8'),
    config: config?.toString('utf8'),
    now: new Date().toISOString(),
  });
}
