import { MEDIA_TYPE } from '@faktorz/domain';
import { Injectable } from '@nestjs/common';
import { RegistryAccess } from '../access/registry-access.js';
import type { Exchange } from '../door/exchange.js';
import { requireAlgorithm } from '../oci/blob-digest.js';
import { methodUnsupported } from '../oci/refusals.js';
import { nameOf, type RepositoryName } from '../oci/repository-name.js';
import { ManifestStore } from './manifest.store.js';

/** `/v2/<name>/referrers/<digest>`: manifests whose subject it is, as an OCI index. A list may be empty, never missing. */
@Injectable()
export class ReferrersEndpoint {
  constructor(
    private readonly access: RegistryAccess,
    private readonly manifests: ManifestStore,
  ) {}

  async answer(exchange: Exchange, repository: RepositoryName, subject: string): Promise<void> {
    if (exchange.method !== 'GET' && exchange.method !== 'HEAD') throw methodUnsupported('GET, HEAD');
    await this.access.authorize(exchange.request, [{ kind: 'pull', repository }]);
    requireAlgorithm(subject);
    const artifactType = exchange.query.get('artifactType');
    const last = exchange.query.get('last') ?? '';
    const { referrers, hasMore } = await this.manifests.referrers(repository, subject, { artifactType, last });
    const next = hasMore ? nextPage(repository, subject, artifactType, referrers.at(-1)?.digest ?? '') : undefined;
    const descriptors = referrers.map(({ descriptor }) => descriptor).join(',');
    exchange.answer(
      200,
      {
        'Content-Type': MEDIA_TYPE.ociIndex,
        ...(artifactType !== null && { 'OCI-Filters-Applied': 'artifactType' }),
        ...(next !== undefined && { Link: `<${next}>; rel="next"` }),
      },
      `{"schemaVersion":2,"mediaType":"${MEDIA_TYPE.ociIndex}","manifests":[${descriptors}]}`,
    );
  }
}

function nextPage(repository: RepositoryName, subject: string, artifactType: string | null, last: string): string {
  const query = new URLSearchParams({ ...(artifactType !== null && { artifactType }), last });
  return `/v2/${nameOf(repository)}/referrers/${subject}?${query.toString()}`;
}
