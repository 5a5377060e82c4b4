import type { KubeConfig } from '@kubernetes/client-node';
// The client's door loads the models of every kind there is, which takes 80 MB; its parts do not.
import { HttpMethod, RequestContext } from '@kubernetes/client-node/dist/gen/http/http.js';
import { Watch } from '@kubernetes/client-node/dist/watch.js';
import { ApiError } from '@faktorz/apimachinery';
import { statusError } from '@faktorz/service-kit';
import { type Dispatcher, request } from 'undici';
import { ClusterUnreachable, type WatchEvent } from './cluster-client.js';
import { LineQueue } from './line-queue.js';

export interface ApiRequest {
  /** Default GET. */
  method?: 'GET' | 'POST' | 'PATCH';
  /** With its query. */
  path: string;
  /** Sent as JSON. */
  body?: object;
  contentType?: string;
  /** Default 10 s. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

const DEFAULT_TIMEOUT_MS = 10_000;
/** A watch that says nothing for longer, not even a bookmark (one a minute), has lost its server. */
const QUIET_WATCH_MS = 150_000;
/** Nothing was sent: another replica may have it. */
const NOT_SENT = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);

/** Where an API server is, and what it is shown. */
export interface ApiAccess {
  readonly dispatcher: Dispatcher;
  getCurrentCluster(): { readonly server: string } | null;
  /** Adds the credentials and the dispatcher to a request. */
  applySecurityAuthentication(context: RequestContext): Promise<void>;
}

/** HTTP to one Kubernetes API server, with the official client's credentials and watches. */
export class KubernetesApi {
  constructor(
    private readonly cluster: string,
    private readonly access: ApiAccess,
    /** Replicas behind the dispatcher: a request that reached none is sent again. */
    private readonly replicas = 1,
  ) {}

  /** The parsed answer. Throws `ApiError` where the API refuses, `ClusterUnreachable` where it does not answer. */
  async json<Answer>(wanted: ApiRequest): Promise<Answer> {
    const deadline = AbortSignal.timeout(wanted.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    const signal = wanted.signal ? AbortSignal.any([wanted.signal, deadline]) : deadline;
    try {
      const { statusCode, headers, body } = await this.send(wanted, signal);
      const text = await body.text();
      if (statusCode >= 300) throw refusal(statusCode, text, headers['retry-after']);
      return JSON.parse(text) as Answer;
    } catch (error) {
      if (error instanceof ApiError || wanted.signal?.aborted) throw error;
      throw new ClusterUnreachable(this.cluster, deadline.aborted ? 'no answer in time' : reasonOf(error), {
        cause: error,
      });
    }
  }

  /** The lines of a watch until the server ends it. Throws as `json`. */
  async *watch(path: string, query: Record<string, string>, signal: AbortSignal): AsyncGenerator<WatchEvent> {
    const lines = new LineQueue<WatchEvent>();
    // Of a kubeconfig a watch uses no more than this.
    const watch = new Watch(this.access as ApiAccess & KubeConfig);
    // The client's own limit, 30 s, is shorter than the pause between two bookmarks.
    Object.assign(watch, { requestTimeoutMs: QUIET_WATCH_MS });
    const end = (error: unknown): void => lines.end(error ? this.watchError(error) : undefined);
    const take = (type: string, object: unknown): void => lines.add({ type, object } as WatchEvent);
    const opening = watch.watch(path, query, take, end);
    opening.catch(end); // it had no credentials to begin with
    // A server may take its time even to begin: who stops waits for neither it nor the lines.
    const abort = (): void => lines.end();
    signal.addEventListener('abort', abort, { once: true });
    try {
      if (!signal.aborted) yield* lines.taken();
    } finally {
      signal.removeEventListener('abort', abort);
      opening.then(
        (request) => request.abort(),
        () => undefined,
      );
    }
  }

  private async send(wanted: ApiRequest, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const { method = 'GET', path, body, contentType = 'application/json' } = wanted;
    const url = `${this.access.getCurrentCluster()?.server ?? ''}${path}`;
    const context = new RequestContext(url, HttpMethod[method]);
    await this.access.applySecurityAuthentication(context);
    const headers = {
      ...context.getHeaders(),
      accept: 'application/json',
      'user-agent': 'faktorz-trigger-dispatcher',
      ...(body && { 'content-type': contentType }),
    };
    for (let attempt = 1; ; attempt += 1) {
      try {
        const { dispatcher } = this.access;
        return await request(url, { method, dispatcher, headers, signal, ...(body && { body: JSON.stringify(body) }) });
      } catch (error) {
        if (attempt >= this.replicas || !NOT_SENT.has(codeOf(error))) throw error;
      }
    }
  }

  private watchError(error: unknown): Error {
    if (error instanceof ApiError) return error;
    const { statusCode } = error as { statusCode?: number };
    return statusCode === undefined
      ? new ClusterUnreachable(this.cluster, reasonOf(error), { cause: error })
      : refusal(statusCode, '', undefined);
  }
}

function refusal(status: number, body: string, retryAfter: string | string[] | undefined): ApiError {
  const error = statusError('the Kubernetes API', status, body);
  const seconds = Number(retryAfter);
  if (!Number.isFinite(seconds) || error.details?.retryAfterSeconds !== undefined) return error;
  const details = { ...error.details, retryAfterSeconds: seconds };
  return new ApiError(error.reason, error.message, details, { code: error.code });
}

/** The innermost reason: what undici says of a failed fetch is only that it failed. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return reasonOf(error.cause);
  return error.message || codeOf(error) || error.name;
}

function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
