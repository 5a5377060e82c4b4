import type { Caller } from '../access/registry-access.js';
import type { RepositoryName } from '../oci/repository-name.js';

/** A manifest that was just stored, to become an image of its stream. */
export interface PushedManifest {
  readonly repository: RepositoryName;
  /** Absent for a push by digest, which moves no tag. */
  readonly tags: readonly string[];
  readonly digest: string;
  readonly mediaType: string;
  /** The manifest as it was sent, byte for byte. */
  readonly manifest: Buffer;
  /** Bytes of the blobs it names, by digest. */
  readonly layerSizes?: ReadonlyMap<string, number>;
  /** The config blob it names, where it names one that is an image's configuration and not too large. */
  readonly config?: Buffer;
}

/** One page of names in lexical (byte) order. */
export interface Page {
  /** How many at most. */
  readonly n: number;
  /** Only names after this one. */
  readonly last: string;
}

/** The image streams behind the repositories. Refusals are `OciError`s: NAME_UNKNOWN for a stream that is not there, DENIED. */
export abstract class RepositoryStreams {
  /** The digest of the image a tag shows now; undefined when it shows none. Hot path, as `RegistryAccess.authorize`. */
  abstract resolveTag(repository: RepositoryName, tag: string, caller: Caller): Promise<string | undefined>;

  /**
   * May the repository show this manifest or blob, although it was neither pushed to it nor mirrored for it, because its
   * stream got the image from another repository here?
   */
  abstract holds(repository: RepositoryName, digest: string, caller: Caller): Promise<boolean>;

  /** Tags that show an image: at most `n` after `last`. Throws NAME_UNKNOWN where there is no such stream. */
  abstract tags(repository: RepositoryName, page: Page, caller: Caller): Promise<string[]>;

  /** Repositories, as `namespace/stream`, that the caller may list: at most `n` after `last`. */
  abstract catalog(page: Page, caller: Caller): Promise<string[]>;

  /**
   * Makes the image known and moves the tags; makes the stream if the caller may. The manifest is stored and linked by
   * then, and is answered with 201 only after this resolves. Throws DENIED.
   */
  abstract recordPush(pushed: PushedManifest, caller: Caller): Promise<void>;

  /** Removes a tag as deleting the imagestreamtag does. False when there was none. */
  abstract removeTag(repository: RepositoryName, tag: string, caller: Caller): Promise<boolean>;

  /** Does the stream's history name the image, or a list that names it? As it is now: pruning goes by it. */
  abstract names(repository: RepositoryName, digest: string): Promise<boolean>;

  /** Removes the history entries that name the digest. False when there were none. */
  abstract removeDigest(repository: RepositoryName, digest: string, caller: Caller): Promise<boolean>;
}
