import { Injectable } from '@nestjs/common';
import { type Caller, RegistryAccess } from '../access/registry-access.js';
import { BlobStore } from '../blob/blob.store.js';
import { VisibleBlobs } from '../blob/visible-blobs.js';
import { isBlobDigest } from '../oci/blob-digest.js';
import { parseRepositoryName, type RepositoryName } from '../oci/repository-name.js';

/** So many repositories are tried where the client names none. */
const SOURCES_TRIED = 20;

/** Lets a repository show a blob that another one, which the caller may pull from, shows already. */
@Injectable()
export class BlobMount {
  constructor(
    private readonly access: RegistryAccess,
    private readonly visible: VisibleBlobs,
    private readonly blobs: BlobStore,
  ) {}

  /** True when it is done; false when the blob has to be uploaded, whatever the reason. `from` is as the client sent it. */
  async mount(target: RepositoryName, digest: string, from: string | null, caller: Caller): Promise<boolean> {
    if (!isBlobDigest(digest)) return false;
    if (from === null || from === '') return this.mountFromAnywhere(target, digest, caller);
    const source = parseRepositoryName(from);
    if (!source || !(await this.access.allows(caller, { kind: 'pull', repository: source }))) return false;
    if ((await this.visible.size(source, digest, caller)) === undefined) return false;
    return this.blobs.link(target, digest);
  }

  private async mountFromAnywhere(target: RepositoryName, digest: string, caller: Caller): Promise<boolean> {
    if ((await this.visible.size(target, digest, caller)) !== undefined) return this.blobs.link(target, digest);
    for (const repository of await this.blobs.repositoriesWith(digest, SOURCES_TRIED)) {
      if (await this.access.allows(caller, { kind: 'pull', repository })) return this.blobs.link(target, digest);
    }
    return false;
  }
}
