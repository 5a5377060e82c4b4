import {
  imageNotFound,
  imageUnauthorized,
  importInternalError,
  incorrectPassword,
  mirrorsFailed,
  notV2Registry,
  registryBlocked,
  registryForbidden,
  type ImportStatus,
} from '@faktorz/domain';
import {
  ManifestUnknown,
  MirrorsFailed,
  NameUnknown,
  NotARegistry,
  RateLimited,
  RegistryBlocked,
  UnauthorizedByRegistry,
} from '@faktorz/registry-client';
import { RegistryNotAllowed } from './registry-not-allowed.js';

/** What an import reports when an image or repository could not be had. */
export interface FetchFailure {
  status: ImportStatus;
  /** How long the registry wants to be left alone. */
  retryAfterMs?: number;
}

/** The status of one image. `reference` is the normalised text, e.g. `docker.io/library/ruby:2.0`. */
export function imageFailure(error: unknown, reference: string): FetchFailure {
  const retryAfterMs = retryAfterOf(error);
  return { status: statusOf(error, reference), ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

function statusOf(error: unknown, reference: string): ImportStatus {
  if (error instanceof ManifestUnknown || error instanceof NameUnknown) return imageNotFound(reference);
  if (error instanceof UnauthorizedByRegistry) return unauthorized(error, reference);
  if (error instanceof RegistryBlocked) return registryBlocked(error.registry);
  if (error instanceof RegistryNotAllowed) return registryForbidden(error.message);
  if (error instanceof MirrorsFailed)
    return mirrorsFailed(error.failures.map((failure) => `${reference}: ${text(failure)}`));
  return importInternalError(reference, text(error));
}

/** Of several places that all refuse for a time, the shortest. */
function retryAfterOf(error: unknown): number | undefined {
  if (error instanceof RateLimited) return error.retryAfterMs;
  if (!(error instanceof MirrorsFailed)) return undefined;
  const waits = error.failures.map(retryAfterOf);
  return waits.includes(undefined) ? undefined : Math.min(...waits.map(Number));
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The status of a repository whose tags could not be listed; `reference` is its normalised name, without tag. */
export function repositoryFailure(error: unknown, reference: string, registry: string): FetchFailure {
  if (error instanceof NotARegistry) return { status: notV2Registry(registry) };
  return imageFailure(error, reference);
}

function unauthorized(error: UnauthorizedByRegistry, reference: string): ImportStatus {
  return /incorrect username or password/i.test(error.detail)
    ? incorrectPassword(reference)
    : imageUnauthorized(reference);
}
