import { ApiError, CODE_OF_REASON, type StatusReason } from '@faktorz/apimachinery';
import { isConnectionFailure, sqlStateOf } from '@faktorz/persistence';
import { ZodError } from 'zod';

/** What to do about a handler's error. */
export type FailureKind =
  /** The event itself cannot be applied: dead letter at once. */
  | 'permanent'
  /** Something is away that will come back: retry until it does. */
  | 'transient'
  /** Nobody knows: retry some times, then dead letter. */
  | 'unclear';

/** Reasons that waiting may cure. */
const PASSING_REASONS = new Set(['TooManyRequests', 'ServerTimeout', 'ServiceUnavailable', 'Timeout']);

/** Sorts a handler's error. */
export function failureKind(error: unknown): FailureKind {
  if (error instanceof ZodError) return 'permanent';
  const reason = reasonOf(error);
  if (reason !== undefined && PASSING_REASONS.has(reason)) return 'transient';
  if (reason === 'Conflict') return 'unclear'; // lost a race, or contradicts what is there
  if (error instanceof ApiError) return error.code < 500 ? 'permanent' : 'unclear';
  if (reason !== undefined && CODE_OF_REASON[reason as StatusReason] < 500) return 'permanent';
  if (isConnectionFailure(error)) return 'transient';
  const state = sqlStateOf(error);
  if (state !== undefined && /^(22|23)/.test(state)) return 'permanent'; // data exception, constraint violation
  return 'unclear';
}

/** The `reason` of an `ApiError` or domain error; a PostgreSQL error's class is no reason. */
export function reasonOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('reason' in error)) return undefined;
  return typeof error.reason === 'string' ? error.reason : undefined;
}
