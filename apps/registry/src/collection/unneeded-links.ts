import { Injectable } from '@nestjs/common';
import { BlobStore } from '../blob/blob.store.js';
import type { Exchange } from '../door/exchange.js';
import { ManifestStore } from '../manifest/manifest.store.js';
import { OciError } from '../oci/oci-error.js';
import type { RepositoryName } from '../oci/repository-name.js';
import { RepositoryStreams } from '../stream/repository-streams.js';

/**
 * Lets repositories go what pruning found to be of no use, a while ago: what a push has brought into use since then stays,
 * even one that is not recorded yet. Manifests are asked for before the blobs they name.
 */
@Injectable()
export class UnneededLinks {
  constructor(
    private readonly manifests: ManifestStore,
    private readonly blobs: BlobStore,
    private readonly streams: RepositoryStreams,
  ) {}

  async dropManifest(repository: RepositoryName, digest: string, unusedSince: Date): Promise<void> {
    if (await this.streams.names(repository, digest)) return;
    await this.manifests.unlinkUnneeded(repository, digest, unusedSince);
  }

  async dropBlob(repository: RepositoryName, digest: string, unusedSince: Date): Promise<void> {
    await this.blobs.unlinkUnneeded(repository, digest, unusedSince);
  }
}

/**
 * The parameter `unused-since` of a DELETE (RFC 3339): with it, only what nothing needs, and nobody has used since, is
 * deleted, and the answer is the same. Undefined without it: then it goes in any case.
 */
export function unusedSinceOf({ query }: Exchange): Date | undefined {
  const text = query.get('unused-since');
  if (text === null) return undefined;
  const time = new Date(text);
  if (!Number.isNaN(time.getTime())) return time;
  throw new OciError('UNSUPPORTED', 'unused-since is not a time such as 2026-01-31T12:00:00Z', { status: 400 });
}
