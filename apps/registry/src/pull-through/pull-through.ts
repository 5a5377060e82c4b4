import type { Caller } from '../access/registry-access.js';
import type { RepositoryName } from '../oci/repository-name.js';

/** A manifest's bytes, verified against its digest. */
export interface FetchedManifest {
  readonly mediaType: string;
  readonly bytes: Buffer;
}

/** A blob on its way from elsewhere. */
export interface FetchedBlob {
  readonly sizeBytes: number;
  /**
   * The bytes from `start` to `end` (both included), as they come. The consumer may stop at any time; the download
   * for the store goes on. Throws when the upstream fails for good.
   */
  read(start: number, end: number): AsyncIterable<Uint8Array>;
}

/**
 * What a repository shows but this registry does not hold: asked after a local miss, by a caller who may pull. Throws
 * `OciError` TOOMANYREQUESTS or OPENSHIFT_PULLTHROUGH_MANIFEST where an upstream refuses; undefined means "not there".
 */
export abstract class PullThrough {
  /** Also stores the manifest (`ManifestStore.keep`) for the next time. `tag` is what it was asked for by, if by a tag. */
  abstract manifest(
    repository: RepositoryName,
    digest: string,
    caller: Caller,
    tag?: string,
  ): Promise<FetchedManifest | undefined>;

  /** Begins, or joins, one download of the blob that is also stored (`BlobWriter`, `BlobStore.publish`). */
  abstract blob(repository: RepositoryName, digest: string, caller: Caller): Promise<FetchedBlob | undefined>;

  /** The blob's size, without beginning a download. */
  abstract blobSize(repository: RepositoryName, digest: string, caller: Caller): Promise<number | undefined>;

  /** The blob's size once all of it is stored here and the repository shows it. */
  abstract mirror(repository: RepositoryName, digest: string, caller: Caller): Promise<number | undefined>;
}
