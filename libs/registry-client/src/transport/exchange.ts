import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { MalformedAnswer, TooLarge, UnexpectedAnswer } from '../errors.js';
import { registryFailure, TotalTimeOver } from './failure.js';
import type { RegistryLimits } from './limits.js';

/** One request, redirects included. */
export interface ExchangeRequest {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT';
  url: URL;
  headers: Record<string, string>;
  /** Sent to `url`'s origin only, never along a redirect to another. */
  authorization?: string;
  /** A stream is sent once: requests with one are not repeated. */
  body?: string | Buffer | Readable;
  /** Limit of the whole exchange, body included. */
  totalMs: number;
  /** May a redirect lead from https to http? */
  mayDowngrade: boolean;
  signal?: AbortSignal;
}

export interface Exchange {
  status: number;
  headers: IncomingHttpHeaders;
  /** Where the answer came from in the end. */
  url: URL;
  body: Readable;
  /** Releases timers and connection; safe to call twice. */
  end(): void;
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** Sends requests through one undici dispatcher within the limits; failures come out as `RegistryError`s. */
export class Exchanger {
  constructor(
    private readonly dispatcher: Dispatcher,
    readonly limits: RegistryLimits,
    private readonly userAgent: string,
  ) {}

  /** Starts an exchange; the caller reads the body and calls `end`. */
  async start(request: ExchangeRequest): Promise<Exchange> {
    const clock = new AbortController();
    const over = new TotalTimeOver(`no complete answer from ${request.url.host} within ${request.totalMs / 1000} s`);
    const timer = setTimeout(() => clock.abort(over), request.totalMs);
    const signal = request.signal ? AbortSignal.any([request.signal, clock.signal]) : clock.signal;
    let url = request.url;
    try {
      for (let hops = 0; ; hops += 1) {
        const response = await this.send(request, url, signal);
        const target = isRead(request.method) ? redirectTarget(response, url, request.mayDowngrade) : undefined;
        if (!target) return { ...response, url, end: () => endExchange(timer, response.body) };
        response.body.on('error', () => undefined).destroy();
        if (hops >= this.limits.redirects)
          throw new UnexpectedAnswer(
            shown(request.url),
            response.status,
            `more than ${this.limits.redirects} redirects`,
          );
        url = target;
      }
    } catch (error) {
      clearTimeout(timer);
      throw registryFailure(error, request.method, url);
    }
  }

  /** Runs an exchange whose whole body is read: at most `limitBytes` of it, or the beginning of an error answer. */
  async complete(
    request: ExchangeRequest,
    limitBytes: number,
  ): Promise<Omit<Exchange, 'body' | 'end'> & { body: Buffer }> {
    const exchange = await this.start(request);
    try {
      const body = exchange.status < 300 ? await this.read(exchange, limitBytes) : await this.readError(exchange);
      return { status: exchange.status, headers: exchange.headers, url: exchange.url, body };
    } catch (error) {
      throw registryFailure(error, request.method, exchange.url);
    } finally {
      exchange.end();
    }
  }

  /** The whole body; `TooLarge` beyond `limitBytes`. */
  async read(exchange: Exchange, limitBytes: number): Promise<Buffer> {
    if (Number(exchange.headers['content-length'] ?? 0) > limitBytes)
      throw new TooLarge(shown(exchange.url), limitBytes);
    const { bytes, isComplete } = await firstBytes(exchange.body, limitBytes);
    if (!isComplete) throw new TooLarge(shown(exchange.url), limitBytes);
    return bytes;
  }

  /** As much of an error answer as may be of interest. */
  async readError(exchange: Exchange): Promise<Buffer> {
    return (await firstBytes(exchange.body, this.limits.errorBytes)).bytes;
  }

  private async send(request: ExchangeRequest, url: URL, signal: AbortSignal) {
    const { statusCode, headers, body } = await this.dispatcher.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: request.method,
      headers: {
        ...request.headers,
        'user-agent': this.userAgent,
        'accept-encoding': 'identity',
        ...(request.authorization && url.origin === request.url.origin ? { authorization: request.authorization } : {}),
      },
      body: request.body,
      signal,
      headersTimeout: this.limits.headersMs,
      bodyTimeout: this.limits.bodyIdleMs,
    });
    return { status: statusCode, headers, body: body as Readable };
  }
}

/** What is written is never sent on to where an answer points. */
function isRead(method: ExchangeRequest['method']): boolean {
  return method === 'GET' || method === 'HEAD';
}

function endExchange(timer: NodeJS.Timeout, body: Readable): void {
  clearTimeout(timer);
  if (!body.destroyed && !body.readableEnded) body.on('error', () => undefined).destroy();
}

function redirectTarget(
  response: { status: number; headers: IncomingHttpHeaders },
  from: URL,
  mayDowngrade: boolean,
): URL | undefined {
  if (!REDIRECTS.has(response.status) || response.headers.location === undefined) return undefined;
  let target: URL;
  try {
    target = new URL(response.headers.location, from);
  } catch (cause) {
    throw new MalformedAnswer(shown(from), 'it redirects to something that is no URL', { cause });
  }
  if (target.protocol !== 'https:' && target.protocol !== 'http:')
    throw new MalformedAnswer(shown(from), `it redirects to a ${target.protocol} URL`);
  if (target.username || target.password)
    throw new MalformedAnswer(shown(from), 'it redirects to a URL with credentials in it');
  if (target.protocol === 'http:' && from.protocol === 'https:' && !mayDowngrade) {
    throw new MalformedAnswer(shown(from), `it redirects from https to plain http at ${target.host}`);
  }
  return target;
}

async function firstBytes(body: Readable, limitBytes: number): Promise<{ bytes: Buffer; isComplete: boolean }> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limitBytes) return { bytes: Buffer.concat(chunks), isComplete: false };
    chunks.push(chunk);
  }
  return { bytes: Buffer.concat(chunks), isComplete: true };
}

/** A URL as errors show it: without query, which may carry signatures. */
export function shown(url: URL): string {
  return url.origin + url.pathname;
}
