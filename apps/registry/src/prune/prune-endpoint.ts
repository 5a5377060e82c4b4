import { Injectable } from '@nestjs/common';
import { RegistryAccess } from '../access/registry-access.js';
import { BlobStore } from '../blob/blob.store.js';
import { UnneededContent } from '../collection/unneeded-content.js';
import type { Exchange } from '../door/exchange.js';
import { requireAlgorithm } from '../oci/blob-digest.js';
import { methodUnsupported } from '../oci/refusals.js';

/**
 * `DELETE /admin/blobs/<digest>`: what `oc adm prune images` asks for each blob and manifest it has found to be of no
 * use. It may be of use again by now, so only what nothing needs is removed; the answer is the same. Blobs are asked for
 * before the manifest that names them: they go with it.
 */
@Injectable()
export class PruneEndpoint {
  constructor(
    private readonly access: RegistryAccess,
    private readonly content: UnneededContent,
    private readonly blobs: BlobStore,
  ) {}

  async answer(exchange: Exchange, digest: string): Promise<void> {
    if (exchange.method !== 'DELETE') throw methodUnsupported('DELETE');
    await this.access.authorize(exchange.request, [{ kind: 'prune' }]);
    requireAlgorithm(digest);
    await this.content.removeManifest(digest);
    await this.blobs.removeUnneeded(digest);
    exchange.answer(204);
  }
}
