import { ApiError, type StatusCause } from './client/api-error.js';
import { ConnectionError } from './client/connection-error.js';
import { CommandError, ManyErrors, SilentExit, UsageError } from './errors.js';
import type { Terminal } from './terminal/terminal.js';

/** Prints a failure in the words kubectl and oc use and gives the exit code. */
export function reportError(error: unknown, terminal: Terminal, helpFor: string): number {
  if (error instanceof SilentExit) return error.exitCode;
  if (error instanceof ManyErrors) {
    return Math.max(...error.errors.map((one) => reportError(one, terminal, helpFor)));
  }
  terminal.error(`${describeError(error, helpFor)}\n`);
  return error instanceof CommandError ? error.exitCode : 1;
}

function describeError(error: unknown, helpFor: string): string {
  if (error instanceof UsageError) return `error: ${error.message}\nSee '${helpFor} -h' for help and examples`;
  if (error instanceof CommandError)
    return error.message.startsWith('error: ') ? error.message : `error: ${error.message}`;
  if (error instanceof ApiError) return describeApiError(error);
  if (error instanceof ConnectionError) return error.message;
  return `error: ${error instanceof Error ? error.message : String(error)}`;
}

export function describeApiError(error: ApiError): string {
  const { status } = error;
  if (status.reason === 'Unauthorized') return `error: You must be logged in to the server (${status.message})`;
  if (status.reason === 'Invalid') return describeInvalid(error);
  return status.reason
    ? `Error from server (${status.reason}): ${status.message}`
    : `Error from server: ${status.message}`;
}

function describeInvalid({ status }: ApiError): string {
  const details = status.details;
  const about =
    details?.kind || details?.name
      ? `The ${details.kind ?? ''} "${details.name ?? ''}" is invalid`
      : 'The request is invalid';
  const causes = [...new Set((details?.causes ?? []).map(causeText))];
  if (causes.length === 0) return details?.kind || details?.name ? about : `${about}: ${status.message}`;
  if (causes.length === 1) return `${about}: ${causes[0]}`;
  return [`${about}: `, ...causes.map((cause) => `* ${cause}`)].join('\n');
}

function causeText(cause: StatusCause): string {
  return `${cause.field ?? ''}: ${cause.message ?? ''}`;
}
