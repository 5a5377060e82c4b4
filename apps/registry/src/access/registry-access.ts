import type { IncomingMessage } from 'node:http';
import type { Identity } from '@faktorz/domain';
import type { RepositoryName } from '../oci/repository-name.js';

/** One thing a request needs to be allowed. */
export type Access =
  | { kind: 'pull'; repository: RepositoryName }
  /** Includes `pull`. */
  | { kind: 'push'; repository: RepositoryName }
  | { kind: 'cancel-upload'; repository: RepositoryName }
  | { kind: 'delete'; repository: RepositoryName }
  | { kind: 'read-signature'; repository: RepositoryName }
  | { kind: 'add-signature'; repository: RepositoryName }
  | { kind: 'catalog' }
  | { kind: 'prune' };

/** Who asks, once authenticated. */
export interface Caller {
  /** What the registry signs for other services on the caller's behalf. */
  readonly identity: Identity;
  readonly isAnonymous: boolean;
}

/** Who may do what at the registry's door. */
export abstract class RegistryAccess {
  /**
   * Authenticates the request and checks all that it needs. Called for every request under `/v2/` (with nothing needed
   * for `/v2/` itself) on the hot path: an answer known from a moment ago must cost no round trip.
   *
   * Throws `OciError` UNAUTHORIZED (401 with `WWW-Authenticate`) without a good credential, or DENIED.
   */
  abstract authorize(request: IncomingMessage, needed: readonly Access[]): Promise<Caller>;

  /** Is the caller allowed this as well? For what may fail quietly: the source of a mount. Rejects only when it cannot be found out. */
  abstract allows(caller: Caller, access: Access): Promise<boolean>;

  /** Told how each request was answered, once, for the record; the status of one whose client went away is what it was to be. */
  abstract noteAnswer(request: IncomingMessage, status: number): void;
}
