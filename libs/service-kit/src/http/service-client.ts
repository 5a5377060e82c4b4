import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { ApiError } from '@faktorz/apimachinery';
import type { Dispatcher, Pool } from 'undici';
import { IDENTITY_HEADER } from '../identity/identity-claims.js';
import { statusError } from './status-error.js';

/** One request to another service. */
export interface ServiceRequest {
  /** Default GET. */
  method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path below the base URL, with its query, e.g. `/internal/images/sha256:…`. */
  path: string;
  headers?: Record<string, string>;
  /** An object is sent as JSON; bytes, texts and streams as they are. Streams are never sent twice. */
  body?: object | string | Uint8Array | Readable;
  /** A signed identity to send instead of this service's own. */
  signedIdentity?: string;
  /** Until the whole answer is there (`json`) or its headers are (`stream`); default 10 s. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

/** An answer whose body is read by the caller, who has to read or destroy it. */
export interface StreamedAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Readable;
}

/** One replica of the service called. */
export interface ServiceEndpoint {
  pool: Pool;
  basePath: string;
}

const DEFAULT_TIMEOUT_MS = 10_000;
/** Failures that mean the request never reached the service, so another replica may have it. */
const NOT_SENT = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);

/** Calls one service. Made by `ServiceHttp.service`. */
export class ServiceClient {
  private turn = 0;

  constructor(
    private readonly audience: string,
    private readonly endpoints: readonly ServiceEndpoint[],
    private readonly signOwn: () => Promise<string>,
  ) {}

  /** GET, answered with parsed JSON. Errors as in `json`. */
  getJson<Answer>(path: string, options: Omit<ServiceRequest, 'path'> = {}): Promise<Answer> {
    return this.json<Answer>({ ...options, path });
  }

  /** POST of a JSON body, answered with parsed JSON. Errors as in `json`. */
  postJson<Answer>(path: string, body: object, options: Omit<ServiceRequest, 'path' | 'body'> = {}): Promise<Answer> {
    return this.json<Answer>({ method: 'POST', ...options, path, body });
  }

  /**
   * The parsed JSON body of a 2xx answer (undefined when it is empty). Any other answer is thrown as the `ApiError` its
   * `Status` describes; a service that does not answer is `ServiceUnavailable`, one that is too slow `Timeout`.
   */
  async json<Answer>(request: ServiceRequest): Promise<Answer> {
    const deadline = AbortSignal.timeout(request.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    const signal = request.signal ? AbortSignal.any([request.signal, deadline]) : deadline;
    try {
      const answer = await this.send(request, signal);
      const text = await answer.body.text();
      if (answer.statusCode >= 300) throw statusError(this.audience, answer.statusCode, text);
      return (text === '' ? undefined : JSON.parse(text)) as Answer;
    } catch (error) {
      throw this.asApiError(error, request, deadline);
    }
  }

  /** The answer as a stream, whatever its status. Fails like `json` while there is no answer. */
  async stream(request: ServiceRequest): Promise<StreamedAnswer> {
    const headersLate = new AbortController();
    const timer = setTimeout(() => headersLate.abort(), request.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    const signal = request.signal ? AbortSignal.any([request.signal, headersLate.signal]) : headersLate.signal;
    try {
      const { statusCode, headers, body } = await this.send(request, signal);
      return { status: statusCode, headers, body };
    } catch (error) {
      throw this.asApiError(error, request, headersLate.signal);
    } finally {
      clearTimeout(timer);
    }
  }

  private async send(request: ServiceRequest, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const headers = {
      accept: 'application/json',
      ...(isJsonBody(request.body) ? { 'content-type': 'application/json' } : {}),
      ...request.headers,
      [IDENTITY_HEADER]: request.signedIdentity ?? (await this.signOwn()),
    };
    const body = isJsonBody(request.body) ? JSON.stringify(request.body) : request.body;
    const first = this.turn++;
    for (let attempt = 0; ; attempt++) {
      const endpoint = this.endpoints[(first + attempt) % this.endpoints.length];
      if (!endpoint) throw new ApiError('ServiceUnavailable', `no address of ${this.audience} is configured`);
      try {
        const path = endpoint.basePath + request.path;
        return await endpoint.pool.request({ method: request.method ?? 'GET', path, headers, body, signal });
      } catch (error) {
        if (!NOT_SENT.has(codeOf(error)) || attempt + 1 >= this.endpoints.length) throw error;
      }
    }
  }

  private asApiError(error: unknown, request: ServiceRequest, deadline: AbortSignal): unknown {
    if (error instanceof ApiError || request.signal?.aborted) return error;
    if (deadline.aborted)
      return new ApiError('Timeout', `${this.audience} did not answer in time`, undefined, { cause: error });
    return new ApiError('ServiceUnavailable', `${this.audience} could not be reached`, undefined, { cause: error });
  }
}

function isJsonBody(body: ServiceRequest['body']): body is object {
  return typeof body === 'object' && !(body instanceof Uint8Array) && !('pipe' in body);
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}
