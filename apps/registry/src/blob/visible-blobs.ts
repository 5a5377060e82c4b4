import { Injectable } from '@nestjs/common';
import type { Caller } from '../access/registry-access.js';
import type { RepositoryName } from '../oci/repository-name.js';
import { RepositoryStreams } from '../stream/repository-streams.js';
import { BlobStore } from './blob.store.js';

/** What a repository shows of the blobs that are stored here. Knowing a digest opens nothing elsewhere. */
@Injectable()
export class VisibleBlobs {
  constructor(
    private readonly blobs: BlobStore,
    private readonly streams: RepositoryStreams,
  ) {}

  /** The blob's size: it was pushed to, mounted or mirrored in the repository, or an image of the stream needs it. */
  async size(repository: RepositoryName, digest: string, caller: Caller): Promise<number | undefined> {
    const linked = await this.blobs.linkedSize(repository, digest);
    if (linked !== undefined) return linked;
    const stored = await this.blobs.storedSize(digest);
    if (stored === undefined || !(await this.streams.holds(repository, digest, caller))) return undefined;
    return stored;
  }
}
