import type { PrunedStorage } from '@faktorz/image-prune';
import { Injectable } from '@nestjs/common';
import { BlobStore } from '../blob/blob.store.js';
import { UnneededContent } from '../collection/unneeded-content.js';
import { UnneededLinks } from '../collection/unneeded-links.js';
import { parseRepositoryName, type RepositoryName } from '../oci/repository-name.js';

/** This registry's own storage, as its DELETE requests change it: what a push or another image needs stays. */
@Injectable()
export class OwnStorage implements PrunedStorage {
  constructor(
    private readonly blobs: BlobStore,
    private readonly links: UnneededLinks,
    private readonly content: UnneededContent,
  ) {}

  async deleteLayerLink(repository: string, digest: string, unusedSince: Date): Promise<void> {
    await this.links.dropBlob(nameIn(repository), digest, unusedSince);
  }

  async deleteManifestLink(repository: string, digest: string, unusedSince: Date): Promise<void> {
    await this.links.dropManifest(nameIn(repository), digest, unusedSince);
  }

  async deleteBlob(digest: string): Promise<void> {
    await this.content.removeManifest(digest);
    await this.blobs.removeUnneeded(digest);
  }
}

function nameIn(repository: string): RepositoryName {
  const name = parseRepositoryName(repository);
  if (!name) throw new Error(`${repository} is no repository of this registry`);
  return name;
}
