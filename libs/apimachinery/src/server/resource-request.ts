import type { Identity } from '@faktorz/domain';
import type { KubeObject } from '../kube-object.js';
import { fieldManagerOf } from '../request/query-options.js';
import type { ResourcePath } from '../request/request-path.js';
import type {
  RequestContext,
  ResourceDefinition,
  ResourceHandlers,
  SubresourceDefinition,
} from '../resource-definition.js';
import type { Exchange } from './exchange.js';
import type { ApiServerOptions } from './options.js';

/** What a request works on: a resource, or a subresource of it. */
export interface Target {
  definition: ResourceDefinition;
  subresource?: SubresourceDefinition;
  handlers: ResourceHandlers<KubeObject>;
  /** Kind, group and version of what is written and read: a subresource may have its own. */
  kind: { group: string; version: string; kind: string };
  /** Name of the schema of that kind. */
  schema: string;
}

/** A request for a resource, authenticated. */
export interface ResourceRequest {
  exchange: Exchange;
  options: ApiServerOptions;
  path: ResourcePath;
  target: Target;
  identity: Identity;
}

/** The context handlers get; `overrides` for what a verb knows better. */
export function contextOf(request: ResourceRequest, overrides: Partial<RequestContext> = {}): RequestContext {
  const { exchange, path, target, identity } = request;
  const userAgent = String(exchange.headers['user-agent'] ?? '');
  return {
    identity,
    requestId: exchange.requestId,
    userAgent,
    namespace: path.namespace,
    name: path.name,
    subresource: path.subresource,
    query: exchange.query,
    dryRun: false,
    fieldManager: fieldManagerOf(exchange.query.get('fieldManager') ?? '', userAgent),
    warn: (text) => exchange.warn(text),
    get signal() {
      return exchange.signal;
    },
    headers: exchange.headers,
    schema: { name: target.schema, library: target.definition.schemas },
    ...overrides,
  };
}
