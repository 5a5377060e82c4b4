import type { Identity } from '@faktorz/domain';
import type { FastifyRequest } from 'fastify';

/** What is about to be done, as policy rules name it. */
export interface RequestAttributes {
  verb: string;
  group: string;
  version: string;
  resource: string;
  subresource?: string;
  namespace?: string;
  name?: string;
}

/** What `GET /version` tells; clients read major and minor as whole numbers. */
export interface VersionInfo {
  major: string;
  minor: string;
  gitVersion: string;
  gitCommit: string;
  gitTreeState: string;
  buildDate: string;
  goVersion: string;
  compiler: string;
  platform: string;
}

export interface ApiServerOptions {
  /** Who asks; throws `ApiError` Unauthorized. */
  authenticate(request: FastifyRequest): Promise<Identity>;
  /** May they? Throws `ApiError` Forbidden. Absent where a door before this server has decided. */
  authorize?(identity: Identity, attributes: RequestAttributes): Promise<void>;
  /** Called before something is created in a namespace; throws NotFound if it is missing, Forbidden if it is being terminated. */
  namespaces?: { checkNamespace(namespace: string, verb: 'create'): Promise<void> };
  /** Told of failures that are the server's own. */
  logger?: { error(facts: object, message: string): void };
  version?: Partial<VersionInfo>;
  /** How often watches that allow it get a bookmark; default a minute. */
  bookmarkIntervalMs?: number;
}
