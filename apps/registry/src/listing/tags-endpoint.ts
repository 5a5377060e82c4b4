import { Injectable } from '@nestjs/common';
import { RegistryAccess } from '../access/registry-access.js';
import type { Exchange } from '../door/exchange.js';
import { methodUnsupported } from '../oci/refusals.js';
import { nameOf, type RepositoryName } from '../oci/repository-name.js';
import { RepositoryStreams } from '../stream/repository-streams.js';
import { pageOf, readPage } from './page.js';

const LIMITS = { usual: 10_000, most: 10_000, more: 'shortened' } as const;

/** `/v2/<name>/tags/list`, in lexical order. */
@Injectable()
export class TagsEndpoint {
  constructor(
    private readonly access: RegistryAccess,
    private readonly streams: RepositoryStreams,
  ) {}

  async answer(exchange: Exchange, repository: RepositoryName): Promise<void> {
    if (exchange.method !== 'GET' && exchange.method !== 'HEAD') throw methodUnsupported('GET, HEAD');
    const caller = await this.access.authorize(exchange.request, [{ kind: 'pull', repository }]);
    const page = pageOf(exchange, LIMITS);
    const name = nameOf(repository);
    const { names, headers } = await readPage(`/v2/${name}/tags/list`, page, (wanted) =>
      this.streams.tags(repository, wanted, caller),
    );
    // Also learns that there is such a stream when nothing of it is asked for.
    if (page.n === 0) await this.streams.tags(repository, { n: 1, last: '' }, caller);
    exchange.answerJson(200, { name, tags: names }, headers);
  }
}
