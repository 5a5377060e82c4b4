import { Injectable } from '@nestjs/common';
import type { Caller } from '../access/registry-access.js';
import type { RepositoryName } from '../oci/repository-name.js';
import { PullThrough } from '../pull-through/pull-through.js';
import { RepositoryStreams } from '../stream/repository-streams.js';
import type { StoredManifest } from './manifest-cache.js';
import { ManifestStore } from './manifest.store.js';

/** A manifest a repository shows, with the digest it has. */
export interface VisibleManifest extends StoredManifest {
  readonly digest: string;
}

/** What a repository shows of all manifests: by the tags of its stream, and by digest. */
@Injectable()
export class VisibleManifests {
  constructor(
    private readonly manifests: ManifestStore,
    private readonly streams: RepositoryStreams,
    private readonly pullThrough: PullThrough,
  ) {}

  /** Undefined when the tag shows no image. Throws NAME_UNKNOWN where there is no stream. */
  async byTag(repository: RepositoryName, tag: string, caller: Caller): Promise<VisibleManifest | undefined> {
    const digest = await this.streams.resolveTag(repository, tag, caller);
    return digest === undefined ? undefined : this.shown(repository, digest, caller, tag);
  }

  /** Undefined unless it was pushed to the repository, or an image of the stream is or names it. */
  byDigest(repository: RepositoryName, digest: string, caller: Caller): Promise<VisibleManifest | undefined> {
    return this.shown(repository, digest, caller);
  }

  private async shown(
    repository: RepositoryName,
    digest: string,
    caller: Caller,
    tag?: string,
  ): Promise<VisibleManifest | undefined> {
    const isShown =
      (await this.manifests.isLinked(repository, digest)) || (await this.streams.holds(repository, digest, caller));
    // What others pushed or mirrored is no answer: the stream's images come from where the stream says.
    const stored = isShown ? await this.manifests.find(digest) : undefined;
    const found = stored ?? (await this.pullThrough.manifest(repository, digest, caller, tag));
    return found && { digest, mediaType: found.mediaType, bytes: found.bytes };
  }
}
