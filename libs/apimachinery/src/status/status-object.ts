import { ApiError, CODE_OF_REASON, type StatusDetails, type StatusReason } from './api-error.js';
import { internalError } from './errors.js';

/** A Kubernetes `Status`: the body of every refusal, and of a success that has no object to show. */
export interface Status {
  kind: 'Status';
  apiVersion: 'v1';
  metadata: { continue?: string };
  status: 'Failure' | 'Success';
  message?: string;
  reason?: string;
  details?: StatusDetails;
  code?: number;
}

/**
 * The `Status` of anything thrown: an `ApiError` as it says, an error of the domain by its `reason`, everything else as
 * InternalError with its message and without its stack.
 */
export function statusOf(error: unknown): Status & { code: number } {
  const known = toApiError(error);
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: known.continueToken === undefined ? {} : { continue: known.continueToken },
    status: 'Failure',
    message: known.message,
    ...(known.reason === undefined ? {} : { reason: known.reason }),
    ...(known.details === undefined ? {} : { details: known.details }),
    code: known.code,
  };
}

/** Any thrown value as `ApiError`; what is unknown becomes InternalError, with the original as its cause. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof Error && hasReason(error))
    return new ApiError(error.reason, error.message, error.details, { cause: error });
  return internalError(error instanceof Error ? error.message : String(error), { cause: error });
}

/** The answer to a write that leaves nothing to show. */
export function success(details?: StatusDetails): Status {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', ...(details ? { details } : {}) };
}

function hasReason(error: Error): error is Error & { reason: StatusReason; details?: StatusDetails } {
  return 'reason' in error && typeof error.reason === 'string' && Object.hasOwn(CODE_OF_REASON, error.reason);
}
