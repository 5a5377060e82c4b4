import { ApiError } from '../client/api-error.js';
import { CommandError } from '../errors.js';

/** Adds which file a failure belongs to. An invalid object is named by itself and stays as it is. */
export function withSource(error: unknown, doing: string, source: string): unknown {
  if (error instanceof ApiError) {
    return error.withMessage(`error when ${doing} "${source}": ${error.message}`);
  }
  if (error instanceof CommandError) return error;
  return new CommandError(`error when ${doing} "${source}": ${(error as Error).message}`, 1, { cause: error });
}
