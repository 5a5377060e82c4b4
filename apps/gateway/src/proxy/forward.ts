import { ApiError } from '@faktorz/apimachinery';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { Replica, Upstream } from '../routing/upstream.js';
import { responseHeaders } from './forwarded-headers.js';

export interface ForwardedRequest {
  upstream: Upstream;
  method: string;
  /** Path and query as the client sent them. */
  target: string;
  /** `[name, value, …]`, the identity included. */
  headers: string[];
  body: Buffer | Readable | null;
  /** Called once when the owner's answer is through, with the words of a refusal. */
  onAnswer?(answer: OwnerAnswer): void;
  /** How long the owner may take until its answer begins. */
  answerWithinMs: number;
}

/** What the records need to know of an owner's answer. */
export interface OwnerAnswer {
  /** Name of the object that was made. */
  made?: string;
  /** Body of a refusal, if it is short. */
  refusal?: string;
}

/** Header by which owners name what was made; it stays inside. */
const MADE_HEADER = 'x-faktorz-object';
const LONGEST_REFUSAL_BYTES = 8192;

/** Nothing of the request reached an owner when one of these came back. */
const NEVER_SENT = new Set(['ECONNREFUSED', 'UND_ERR_CONNECT_TIMEOUT', 'EHOSTUNREACH', 'ENOTFOUND', 'EAI_AGAIN']);
const READS = new Set(['GET', 'HEAD']);

/**
 * Sends a request to one replica of its owner and streams the answer back as it comes. Another replica is tried where
 * nothing was sent, or where repeating does no harm and no answer had begun. Resolves when the answer is through;
 * rejects with an `ApiError` only while the client has been told nothing.
 */
export async function forward(request: ForwardedRequest, response: ServerResponse): Promise<void> {
  const replicas = request.upstream.inTurn();
  for (const [index, replica] of replicas.entries()) {
    try {
      await exchange(replica, request, response);
      replica.answered();
      return;
    } catch (error) {
      if (response.headersSent || response.destroyed) {
        response.destroy(); // a cut answer must look cut
        return;
      }
      if (error instanceof ApiError) throw error; // the body itself was refused
      const code = codeOf(error);
      if (code === 'UND_ERR_HEADERS_TIMEOUT') throw tookTooLong(request, error);
      replica.failed();
      if (index === replicas.length - 1 || !mayRepeat(request, code)) throw unavailable(request, error);
    }
  }
}

function exchange(replica: Replica, request: ForwardedRequest, response: ServerResponse): Promise<void> {
  return new Promise((resolve, reject) => {
    const handler = new AnswerStreamer(response, resolve, reject, request.onAnswer);
    replica.pool.dispatch(
      {
        method: request.method,
        path: request.target,
        headers: request.headers,
        body: request.body,
        headersTimeout: request.answerWithinMs,
        bodyTimeout: 0, // a quiet watch is a healthy watch
      },
      handler,
    );
  });
}

/** Writes an owner's answer to the client chunk by chunk, at the client's pace, and ends the request when the client leaves. */
class AnswerStreamer implements Dispatcher.DispatchHandler {
  private controller: Dispatcher.DispatchController | undefined;
  /** Bytes still to come, where the owner has told how many there are. */
  private remaining = NaN;
  private readonly answer: OwnerAnswer = {};
  private refusal: Buffer[] | undefined;
  private readonly onDrain = (): void => this.controller?.resume();
  private readonly onClose = (): void => {
    if (!this.response.writableEnded) this.controller?.abort(new Error('the client went away'));
  };

  constructor(
    private readonly response: ServerResponse,
    private readonly done: () => void,
    private readonly failed: (error: Error) => void,
    private readonly onAnswer: ForwardedRequest['onAnswer'],
  ) {
    response.on('drain', this.onDrain);
    response.on('close', this.onClose);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.response.destroyed) controller.abort(new Error('the client went away'));
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    statusCode: number,
    headers: IncomingMessage['headers'],
  ): void {
    if (statusCode < 200) return;
    const made = headers[MADE_HEADER];
    if (typeof made === 'string') this.answer.made = decodeURIComponent(made);
    if (statusCode === 401 || statusCode === 403) this.refusal = [];
    this.response.writeHead(statusCode, responseHeaders(headers));
    this.remaining = Number(headers['content-length'] ?? NaN);
    if (Number.isNaN(this.remaining)) this.response.flushHeaders(); // of a watch, the head may be all there is for long
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.remaining -= chunk.length;
    this.refusal?.push(chunk);
    // The last chunk goes out together with the end: a small answer is then one write, head included.
    if (this.remaining === 0) this.response.end(chunk);
    else if (!this.response.write(chunk)) controller.pause();
  }

  onResponseEnd(): void {
    this.detach();
    const refusal = Buffer.concat(this.refusal ?? []);
    if (refusal.length > 0 && refusal.length <= LONGEST_REFUSAL_BYTES) this.answer.refusal = refusal.toString('utf8');
    this.onAnswer?.(this.answer);
    if (!this.response.writableEnded) this.response.end();
    this.done();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.detach();
    this.failed(error);
  }

  private detach(): void {
    this.response.off('drain', this.onDrain);
    this.response.off('close', this.onClose);
  }
}

function mayRepeat(request: ForwardedRequest, code: string | undefined): boolean {
  const wholeBody = request.body === null || Buffer.isBuffer(request.body);
  return wholeBody && (READS.has(request.method) || (code !== undefined && NEVER_SENT.has(code)));
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const own = (error as NodeJS.ErrnoException).code;
  if (own !== undefined || !(error instanceof AggregateError)) return own;
  return codeOf(error.errors[0]); // localhost refused on both of its addresses
}

function unavailable(request: ForwardedRequest, cause: unknown): ApiError {
  return new ApiError(
    'ServiceUnavailable',
    `the service ${request.upstream.owner} is not reachable right now; try again`,
    { retryAfterSeconds: 1 },
    { cause },
  );
}

function tookTooLong(request: ForwardedRequest, cause: unknown): ApiError {
  return new ApiError('Timeout', `the service ${request.upstream.owner} did not answer in time`, undefined, { cause });
}
