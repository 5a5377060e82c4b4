import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { answerDiscovery, PAGE_NOT_FOUND, type PlainAnswer } from '../discovery/answer-discovery.js';
import { discoveryOf, type Discovery } from '../discovery/discovery.js';
import { isTrue, requestTimeoutMs } from '../request/query-options.js';
import { parseResourcePath, pathParts, type ResourcePath } from '../request/request-path.js';
import type { ResourceDefinition } from '../resource-definition.js';
import { badRequest, methodNotAllowed, timedOut, unknownPath } from '../status/errors.js';
import { toApiError } from '../status/status-object.js';
import { Exchange } from './exchange.js';
import { operationOf, ResourceIndex } from './find-target.js';
import { OpenApiDocuments } from './open-api.js';
import type { ApiServerOptions } from './options.js';
import type { ResourceRequest } from './resource-request.js';
import { versionInfo } from './version.js';

/** Paths of the API; everything below them is answered here, also what is not found. */
const MOUNTED = ['/api', '/api/*', '/apis', '/apis/*', '/openapi', '/openapi/*', '/version', '/version/*'];

/** Serves a set of resources as a Kubernetes API on a Fastify instance. */
export class ApiServer {
  readonly discovery: Discovery;
  private readonly index: ResourceIndex;
  private readonly openApi: OpenApiDocuments;
  private readonly running = new Set<Exchange>();
  private readonly watching = new Set<Exchange>();

  constructor(
    definitions: readonly ResourceDefinition[],
    private readonly options: ApiServerOptions,
  ) {
    this.discovery = discoveryOf(definitions);
    this.index = new ResourceIndex(definitions);
    this.openApi = new OpenApiDocuments(definitions);
  }

  /** Answers everything under /api, /apis, /openapi and /version. When the instance closes, open watches end. */
  mount(fastify: FastifyInstance): void {
    fastify.addHook('preClose', (done) => {
      this.close();
      done();
    });
    fastify.register((scope, _options, done) => {
      // Before Fastify looks at the body: the verbs read it, in whatever type it comes, and refuse it in words of their own.
      scope.addHook('onRequest', (request, reply) => this.handle(request, reply));
      for (const url of MOUNTED) {
        scope.route({
          method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'],
          url,
          exposeHeadRoute: false,
          handler: () => undefined,
        });
      }
      done();
    });
  }

  /** Ends all watches, and the connections of other requests once they are answered. */
  close(): void {
    for (const exchange of this.running) exchange.hangUp();
    for (const watching of this.watching) watching.cancel();
  }

  private async handle(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    reply.hijack();
    const parts = pathParts(request.raw.url ?? '');
    const exchange = new Exchange(request, reply.raw, parts ?? []);
    this.running.add(exchange);
    try {
      if (parts === undefined) throw badRequest('the path of the request is not properly encoded');
      await this.answer(exchange);
    } catch (error) {
      await this.fail(exchange, error);
    } finally {
      this.running.delete(exchange);
      this.watching.delete(exchange);
    }
  }

  private async answer(exchange: Exchange): Promise<void> {
    const identity = await this.options.authenticate(exchange.request);
    const { parts } = exchange;
    if (parts[0] === 'version') return this.sendVersion(exchange);
    const path = parts[0] === 'openapi' ? undefined : parseResourcePath(parts);
    if (path === undefined) return this.sendDocument(exchange);
    if (!this.index.hasGroupVersion(path.group, path.version)) return exchange.sendPlain(PAGE_NOT_FOUND);

    const target = this.index.find(path);
    const isWatch = path.isWatch || (path.name === undefined && isTrue(exchange.query.get('watch')));
    const operation = operationOf(exchange.method, path, target, isWatch);
    await this.options.authorize?.(identity, { verb: operation.verb, ...attributesOf(path) });
    const request: ResourceRequest = { exchange, options: this.options, path, target, identity };
    if (operation.verb === 'watch') this.watching.add(exchange);
    const serving = operation.serve(request);
    await (operation.verb === 'watch' ? serving : withinTime(serving, exchange));
  }

  private async sendVersion(exchange: Exchange): Promise<void> {
    if (exchange.parts.length !== 1) throw unknownPath();
    if (exchange.method !== 'GET') throw methodNotAllowed();
    await exchange.send(200, versionInfo(this.options.version));
  }

  private sendDocument(exchange: Exchange): void {
    if (exchange.method !== 'GET') throw methodNotAllowed();
    exchange.sendPlain(this.document(exchange) ?? PAGE_NOT_FOUND);
  }

  private document({ parts, headers, query }: Exchange): PlainAnswer | undefined {
    const ifNoneMatch = headers['if-none-match'];
    if (parts[0] === 'openapi') {
      return this.openApi.answer({ parts, accept: headers.accept, ifNoneMatch, hash: query.get('hash') ?? undefined });
    }
    return answerDiscovery(this.discovery, { parts, accept: headers.accept, ifNoneMatch, host: headers.host });
  }

  private async fail(exchange: Exchange, error: unknown): Promise<void> {
    const failure = toApiError(error);
    if (failure.reason === 'InternalError' && !exchange.response.destroyed) {
      const { method, requestId } = exchange;
      this.options.logger?.error(
        { err: error, method, path: `/${exchange.parts.join('/')}`, requestId },
        'request failed',
      );
    }
    // An answer that cannot even be begun must not leave the client waiting.
    await exchange.fail(failure).catch(() => exchange.response.destroy());
  }
}

/** Serves `definitions`; `mount` the result on a Fastify instance. */
export function createApiServer(definitions: readonly ResourceDefinition[], options: ApiServerOptions): ApiServer {
  return new ApiServer(definitions, options);
}

function attributesOf({ group, version, resource, subresource, namespace, name }: ResourcePath) {
  // A namespace is in itself, as far as policies go.
  const ownNamespace = group === '' && resource === 'namespaces' ? name : namespace;
  return { group, version, resource, subresource, namespace: ownNamespace, name };
}

/** Waits for an answer as long as the request allows; then cancels what is running. Throws Timeout. */
async function withinTime(serving: Promise<void>, exchange: Exchange): Promise<void> {
  // The loser of the race may fail later; by then nobody is interested.
  serving.catch(() => undefined);
  const timeoutMs = requestTimeoutMs(exchange.query);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(timedOut());
      exchange.cancel();
    }, timeoutMs);
  });
  try {
    await Promise.race([serving, late]);
  } finally {
    clearTimeout(timer);
  }
}
