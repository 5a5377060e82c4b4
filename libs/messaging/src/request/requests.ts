import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from '@faktorz/apimachinery';
import type { AnswerOf, AskOf, RequestDefinition } from '@faktorz/domain';
import { MAX_MESSAGE_BYTES } from '@faktorz/persistence';
import { RequestError, TimeoutError } from '@nats-io/transport-node';
import { firstValueFrom } from 'rxjs';
import { prettifyError } from 'zod';
import { askSubject } from '../nats/subjects.js';
import { type RequestClient, TimedAsk } from './request-client.js';
import { apiErrorOf } from './status-packet.js';

const TIMEOUT_MS = 5000;

/** Asks other services, over NATS request/reply. */
export class Requests {
  constructor(
    private readonly service: string,
    private readonly client: RequestClient,
  ) {}

  /**
   * Asks and returns the checked answer. While nobody listens (the service is starting) it tries again until the time
   * is over. Throws the `ApiError` the service answered with; ServiceUnavailable when none came in `timeoutMs` (default
   * 5000); RequestEntityTooLarge when the ask is over 256 KiB.
   */
  async ask<R extends RequestDefinition>(
    request: R,
    ask: AskOf<R>,
    { timeoutMs = TIMEOUT_MS }: { timeoutMs?: number } = {},
  ): Promise<AnswerOf<R>> {
    assertSize(request.name, ask);
    const subject = askSubject(request.name, this.service);
    const deadline = Date.now() + timeoutMs;
    for (let delayMs = 20; ; delayMs = Math.min(delayMs * 2, 250)) {
      try {
        const left = Math.max(deadline - Date.now(), 1);
        const answer = await firstValueFrom(this.client.send<unknown, TimedAsk>(subject, new TimedAsk(ask, left)));
        return checked(request, answer);
      } catch (error) {
        if (!isNobodyThere(error)) throw asApiError(error, request, timeoutMs);
        if (Date.now() + delayMs >= deadline) throw unanswered(request, timeoutMs, error);
        await sleep(delayMs);
      }
    }
  }
}

function assertSize(request: string, ask: unknown): void {
  const sizeBytes = Buffer.byteLength(JSON.stringify(ask));
  if (sizeBytes <= MAX_MESSAGE_BYTES) return;
  throw new ApiError(
    'RequestEntityTooLarge',
    `the request ${request} has ${sizeBytes} bytes, more than the ${MAX_MESSAGE_BYTES} a message may have`,
  );
}

function checked<R extends RequestDefinition>(request: R, answer: unknown): AnswerOf<R> {
  const result = request.answer.safeParse(answer);
  if (result.success) return result.data as AnswerOf<R>;
  throw new ApiError(
    'InternalError',
    `${request.owner} answered ${request.name} in an unknown form: ${prettifyError(result.error)}`,
  );
}

function isNobodyThere(error: unknown): boolean {
  return error instanceof RequestError && error.isNoResponders();
}

function asApiError(error: unknown, request: RequestDefinition, timeoutMs: number): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof TimeoutError || error instanceof RequestError) return unanswered(request, timeoutMs, error);
  if (error instanceof Error) {
    const text = `${request.name} could not be asked: ${error.message}`;
    return new ApiError('ServiceUnavailable', text, undefined, { cause: error });
  }
  return apiErrorOf(error, request.name);
}

function unanswered(request: RequestDefinition, timeoutMs: number, cause: unknown): ApiError {
  const text = `${request.owner} did not answer ${request.name} within ${timeoutMs} ms`;
  return new ApiError('ServiceUnavailable', text, { retryAfterSeconds: 1 }, { cause });
}
