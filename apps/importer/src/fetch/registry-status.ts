import {
  imageNotFound,
  imageUnauthorized,
  importInternalError,
  incorrectPassword,
  notV2Registry,
  type ImportStatus,
} from '@faktorz/domain';
import {
  ManifestUnknown,
  NameUnknown,
  NotARegistry,
  RateLimited,
  UnauthorizedByRegistry,
} from '@faktorz/registry-client';

/** What an import reports when an image or repository could not be had. */
export interface FetchFailure {
  status: ImportStatus;
  /** How long the registry wants to be left alone. */
  retryAfterMs?: number;
}

/** The status of one image. `reference` is the normalised text, e.g. `docker.io/library/ruby:2.0`. */
export function imageFailure(error: unknown, reference: string): FetchFailure {
  if (error instanceof ManifestUnknown || error instanceof NameUnknown) return { status: imageNotFound(reference) };
  if (error instanceof UnauthorizedByRegistry) return { status: unauthorized(error, reference) };
  return {
    status: importInternalError(reference, error instanceof Error ? error.message : String(error)),
    ...(error instanceof RateLimited && error.retryAfterMs !== undefined ? { retryAfterMs: error.retryAfterMs } : {}),
  };
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
