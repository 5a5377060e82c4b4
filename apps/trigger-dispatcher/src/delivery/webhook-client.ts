import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { createOutboundAgent, OutboundPolicy } from '@faktorz/registry-client';
import { type Agent, type Dispatcher, request } from 'undici';
import { ANSWER_TIMEOUT_MS } from '../trigger-dispatcher.tokens.js';
import { retryAfterSeconds } from './retry-schedule.js';

/** What the receiver said, or why it could not be asked. */
export interface WebhookAnswer {
  status?: number;
  error?: string;
  retryAfterSeconds: number;
}

const CONNECT_TIMEOUT_MS = 5_000;
const MOST_ANSWER_BYTES = 64 * 1024;
const DRAIN_MS = 2_000;
/** Codes of a connection that ended before an answer came: often one that had been idle for too long. */
const CONNECTION_LOST = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

class TimedOut extends Error {}

/** This process stops, before the receiver has answered. */
export class Interrupted extends Error {}

/** Sends signed events. Redirects are not followed, answers are not kept, and addresses are checked at connect time. */
@Injectable()
export class WebhookClient implements OnApplicationShutdown {
  private readonly agent: Agent;
  private readonly underWay = new Set<AbortController>();

  constructor(
    policy: OutboundPolicy,
    @Inject(ANSWER_TIMEOUT_MS) private readonly timeoutMs: number,
  ) {
    this.agent = createOutboundAgent({ policy, connectTimeoutMs: Math.min(CONNECT_TIMEOUT_MS, timeoutMs) });
  }

  /** What the receiver answered; throws only `Interrupted`. The status alone decides: its body is read and forgotten. */
  async post(url: string, body: string, headers: Record<string, string>): Promise<WebhookAnswer> {
    const attempt = new AbortController();
    const timer = setTimeout(() => attempt.abort(new TimedOut()), this.timeoutMs);
    this.underWay.add(attempt);
    try {
      const { statusCode, headers: answered, body: rest } = await this.send(url, body, headers, attempt.signal);
      // The connection can be used again only once the answer has been read.
      rest.dump({ limit: MOST_ANSWER_BYTES, signal: AbortSignal.timeout(DRAIN_MS) }).catch(() => undefined);
      if (statusCode >= 200 && statusCode < 300) return { status: statusCode, retryAfterSeconds: 0 };
      const hint = statusCode >= 300 && statusCode < 400 ? ': redirects are not followed' : '';
      return {
        status: statusCode,
        error: `the receiver answered ${statusCode}${hint}`,
        retryAfterSeconds: retryAfterSeconds(single(answered['retry-after']), new Date()),
      };
    } catch (error) {
      if (error instanceof Interrupted) throw error;
      return { error: this.reason(error), retryAfterSeconds: 0 };
    } finally {
      clearTimeout(timer);
      this.underWay.delete(attempt);
    }
  }

  /** Ends what is under way: their `post` throws `Interrupted`. */
  interrupt(): void {
    for (const attempt of this.underWay) attempt.abort(new Interrupted());
  }

  async onApplicationShutdown(): Promise<void> {
    await this.agent.destroy();
  }

  /** Tries once more on a new connection where one that was kept open turns out to be closed. */
  private async send(
    url: string,
    body: string,
    headers: Record<string, string>,
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    const post = () =>
      request(url, {
        method: 'POST',
        dispatcher: this.agent,
        headers: {
          ...headers,
          'content-type': 'application/cloudevents+json; charset=utf-8',
          'user-agent': 'faktorz-webhook/1',
        },
        body,
        signal,
      });
    try {
      return await post();
    } catch (error) {
      if (signal.aborted || !CONNECTION_LOST.has(codeOf(error))) throw error;
      return post();
    }
  }

  private reason(error: unknown): string {
    if (error instanceof TimedOut) return `no answer within ${this.timeoutMs / 1000} s`;
    if (error instanceof AggregateError && error.errors.length > 0) return this.reason(error.errors[0]);
    if (error instanceof Error) return error.message || codeOf(error) || error.name;
    return String(error);
  }
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
