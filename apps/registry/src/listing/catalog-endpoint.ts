import { Injectable } from '@nestjs/common';
import { RegistryAccess } from '../access/registry-access.js';
import type { Exchange } from '../door/exchange.js';
import { methodUnsupported } from '../oci/refusals.js';
import { RepositoryStreams } from '../stream/repository-streams.js';
import { pageOf, readPage } from './page.js';

const LIMITS = { usual: 100, most: 1000, more: 'refused' } as const;

/** `/v2/_catalog`: the streams the caller may list, in lexical order. */
@Injectable()
export class CatalogEndpoint {
  constructor(
    private readonly access: RegistryAccess,
    private readonly streams: RepositoryStreams,
  ) {}

  async answer(exchange: Exchange): Promise<void> {
    if (exchange.method !== 'GET' && exchange.method !== 'HEAD') throw methodUnsupported('GET, HEAD');
    const caller = await this.access.authorize(exchange.request, [{ kind: 'catalog' }]);
    const page = pageOf(exchange, LIMITS);
    const { names, headers } = await readPage('/v2/_catalog', page, (wanted) => this.streams.catalog(wanted, caller));
    exchange.answerJson(200, { repositories: names }, headers);
  }
}
