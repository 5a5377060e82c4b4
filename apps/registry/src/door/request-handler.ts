import type { IncomingMessage, ServerResponse } from 'node:http';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { RegistryAccess } from '../access/registry-access.js';
import { BlobEndpoint } from '../blob/blob-endpoint.js';
import { CatalogEndpoint } from '../listing/catalog-endpoint.js';
import { TagsEndpoint } from '../listing/tags-endpoint.js';
import { measureExchange } from '../metrics/measure-exchange.js';
import { RegistryMetrics } from '../metrics/registry-metrics.js';
import { ManifestEndpoint } from '../manifest/manifest-endpoint.js';
import { ReferrersEndpoint } from '../manifest/referrers-endpoint.js';
import { invalidName } from '../oci/repository-name.js';
import { methodUnsupported } from '../oci/refusals.js';
import { PruneEndpoint } from '../prune/prune-endpoint.js';
import { UploadEndpoint } from '../upload/upload-endpoint.js';
import { answerFailure } from './answer-failure.js';
import { Exchange } from './exchange.js';
import { PUBLIC_PATHS, type PublicPath } from './public-path.js';
import { type Route, routeOf } from './route.js';

const VERSION_HEADER = { 'Docker-Distribution-API-Version': 'registry/2.0' };
const REGISTRY_HEADERS = { ...VERSION_HEADER, 'X-Registry-Supports-Signatures': '1' };
const ADMIN_BLOBS = '/admin/blobs/';

/** Finds who answers a request at the public door, and answers what goes wrong. */
@Injectable()
export class RequestHandler {
  private readonly logger = new Logger(RequestHandler.name);

  constructor(
    private readonly access: RegistryAccess,
    private readonly manifests: ManifestEndpoint,
    private readonly blobs: BlobEndpoint,
    private readonly uploads: UploadEndpoint,
    private readonly referrers: ReferrersEndpoint,
    private readonly tags: TagsEndpoint,
    private readonly catalog: CatalogEndpoint,
    private readonly prune: PruneEndpoint,
    private readonly metrics: RegistryMetrics,
    @Inject(PUBLIC_PATHS) private readonly publicPaths: readonly PublicPath[],
  ) {}

  /** Never rejects. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const exchange = new Exchange(request, response);
    measureExchange(exchange, this.metrics);
    try {
      await this.answer(exchange);
    } catch (error) {
      answerFailure(exchange, error, this.logger);
    }
    this.access.noteAnswer(request, response.statusCode);
  }

  private async answer(exchange: Exchange): Promise<void> {
    const { path } = exchange;
    exchange.commonHeaders = VERSION_HEADER;
    if (path === '/v2' || path.startsWith('/v2/')) {
      exchange.commonHeaders = REGISTRY_HEADERS;
      const route = routeOf(path);
      return route ? this.follow(exchange, route) : notFound(exchange);
    }
    if (path === '/' || path === '/healthz') return exchange.answer(200, { 'Cache-Control': 'no-cache' });
    if (path.startsWith(ADMIN_BLOBS)) return this.prune.answer(exchange, path.slice(ADMIN_BLOBS.length));
    for (const publicPath of this.publicPaths) if (await publicPath.answer(exchange)) return;
    notFound(exchange);
  }

  private async follow(exchange: Exchange, route: Route): Promise<void> {
    exchange.operation = route.kind;
    switch (route.kind) {
      case 'manifest':
        return this.manifests.answer(exchange, route.repository, route.reference);
      case 'blob':
        return this.blobs.answer(exchange, route.repository, route.reference);
      case 'upload':
        return this.uploads.answer(exchange, route.repository, route.reference);
      case 'referrers':
        return this.referrers.answer(exchange, route.repository, route.reference);
      case 'tags':
        return this.tags.answer(exchange, route.repository);
      case 'catalog':
        return this.catalog.answer(exchange);
      case 'base':
        if (exchange.method !== 'GET' && exchange.method !== 'HEAD') throw methodUnsupported('GET, HEAD');
        await this.access.authorize(exchange.request, []);
        return exchange.answerJson(200, {});
      case 'invalid-name':
        throw invalidName(route.name);
    }
  }
}

function notFound(exchange: Exchange): void {
  exchange.answer(404, { 'Content-Type': 'text/plain; charset=utf-8' }, '404 page not found\n');
}
