import { ApiError } from '@faktorz/apimachinery';
import type { Logger } from '@nestjs/common';
import { OciError, type OciErrorCode } from '../oci/oci-error.js';
import { StorageFull } from '../storage/blob-storage.js';
import { ClientGone } from '../upload/receive-body.js';
import type { Exchange } from './exchange.js';

/** What a refusal of another service is in the words of the specification. */
const CODE_OF_REASON: Readonly<Record<string, OciErrorCode>> = {
  Unauthorized: 'UNAUTHORIZED',
  Forbidden: 'DENIED',
  NotFound: 'NAME_UNKNOWN',
  TooManyRequests: 'TOOMANYREQUESTS',
  ServiceUnavailable: 'UNAVAILABLE',
  Timeout: 'UNAVAILABLE',
  ServerTimeout: 'UNAVAILABLE',
};

/** How long a client that sends a body nobody wants may take to read why. */
const READ_REFUSAL_WITHIN_MS = 5000;

/** Answers what was thrown; an error nobody foresaw is logged and answered with 500. */
export function answerFailure(exchange: Exchange, error: unknown, logger: Logger): void {
  const { response } = exchange;
  if (error instanceof ClientGone || response.destroyed) return;
  const refusal = refusalOf(error);
  if (refusal.status >= 500) logger.error(`${exchange.method} ${exchange.path} failed`, error);
  if (response.headersSent) {
    response.destroy(); // the client sees that bytes are missing
    return;
  }
  exchange.answer(
    refusal.status,
    { 'Content-Type': 'application/json', ...refusal.headers, ...closing(exchange) },
    refusal.body,
  );
}

/** A body that is still coming is not read to its end: the connection ends after the answer. */
function closing({ request }: Exchange): Record<string, string> {
  if (request.complete) return {};
  request.resume();
  const { socket } = request;
  setTimeout(() => !request.complete && socket.destroy(), READ_REFUSAL_WITHIN_MS).unref();
  return { Connection: 'close' };
}

/** Also where files and directories cannot be made, or not be synced. */
function isDiskFull(error: unknown): boolean {
  if (error instanceof StorageFull) return true;
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}

function refusalOf(error: unknown): OciError {
  if (error instanceof OciError) return error;
  if (isDiskFull(error)) return new OciError('UNAVAILABLE', 'the registry has no room', { status: 507, cause: error });
  if (!(error instanceof ApiError)) return new OciError('UNKNOWN', 'unknown error', { cause: error });
  const code = CODE_OF_REASON[error.reason ?? ''] ?? 'UNKNOWN';
  const isTransient = code === 'UNAVAILABLE' || code === 'TOOMANYREQUESTS';
  return new OciError(code, error.message, { ...(isTransient && { headers: { 'Retry-After': '1' } }), cause: error });
}
