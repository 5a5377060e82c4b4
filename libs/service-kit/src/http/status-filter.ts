import { ApiError, statusOf, toApiError } from '@faktorz/apimachinery';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Answers every error of a Nest controller as a Kubernetes `Status`; what is no refusal is logged and answered as 500 without its text. */
@Catch()
export class StatusFilter implements ExceptionFilter {
  private readonly logger = new Logger(StatusFilter.name);

  async catch(error: unknown, host: ArgumentsHost): Promise<void> {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    if (reply.sent) return;
    const known = asApiError(error);
    const isOurFault = known.reason === 'InternalError';
    if (isOurFault) this.logger.error(`${http.getRequest<FastifyRequest>().method} failed`, error);
    const status = statusOf(isOurFault ? new ApiError('InternalError', 'internal error') : known);
    await reply.code(status.code).send(status);
  }
}

function asApiError(error: unknown): ApiError {
  if (error instanceof HttpException) return refusal(error.getStatus(), error.message);
  if (isHttpError(error) && !(error instanceof ApiError)) return refusal(error.statusCode, error.message);
  return toApiError(error);
}

function refusal(status: number, message: string): ApiError {
  return new ApiError(reasonOf(status), message, undefined, { code: status });
}

/** Reasons of what Nest and Fastify refuse themselves: unknown routes, bodies too large or not parseable. */
function reasonOf(status: number): ApiError['reason'] {
  switch (status) {
    case 400:
      return 'BadRequest';
    case 403:
      return 'Forbidden';
    case 404:
      return 'NotFound';
    case 413:
      return 'RequestEntityTooLarge';
    case 415:
      return 'UnsupportedMediaType';
    default:
      return status >= 500 ? 'InternalError' : undefined;
  }
}

/** Fastify's own errors, by shape. */
function isHttpError(error: unknown): error is { statusCode: number; message: string } {
  return (
    typeof error === 'object' &&
    error !== null &&
    'statusCode' in error &&
    typeof error.statusCode === 'number' &&
    'message' in error
  );
}
