import http from 'node:http';
import https from 'node:https';
import type { ClientConfig } from '../kubeconfig/client-config.js';
import type { Terminal } from '../terminal/terminal.js';
import { ApiError } from './api-error.js';
import { ConnectionError } from './connection-error.js';
import type { KubeObject, WatchEvent } from './kube-object.js';
import { JSON_TYPE } from './media-types.js';
import { warningsOf } from './warnings.js';

export type Query = Record<string, string | undefined>;

export interface ApiRequest {
  method: string;
  path: string;
  query?: Query;
  body?: unknown;
  accept?: string;
  contentType?: string;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

export interface ApiAnswer {
  status: number;
  headers: http.IncomingHttpHeaders;
  text: string;
}

export const USER_AGENT = `faktorz/v0.1.0 (${process.platform}/${process.arch === 'x64' ? 'amd64' : process.arch})`;

/**
 * HTTP to one API server as one user. Answers of 400 and above become `ApiError`s, a server that cannot be reached a
 * `ConnectionError`; `Warning` headers go to the terminal, each text once.
 */
export class ApiClient {
  private readonly base: URL;
  private readonly agent: http.Agent;
  private readonly warned = new Set<string>();

  constructor(
    readonly config: ClientConfig,
    private readonly terminal: Terminal,
    private readonly logLevel = 0,
  ) {
    this.base = new URL(config.server);
    this.agent =
      this.base.protocol === 'https:'
        ? new https.Agent({
            keepAlive: true,
            ca: config.ca,
            cert: config.clientCertificate,
            key: config.clientKey,
            servername: config.tlsServerName,
            rejectUnauthorized: !config.skipTlsVerify,
          })
        : new http.Agent({ keepAlive: true });
  }

  async request(request: ApiRequest): Promise<ApiAnswer> {
    const response = await this.open(request);
    const text = await readText(response);
    if (response.statusCode === undefined || response.statusCode >= 400) {
      throw ApiError.fromResponse(response.statusCode ?? 0, text);
    }
    return { status: response.statusCode, headers: response.headers, text };
  }

  /** The answer's JSON object. */
  async object<T extends KubeObject = KubeObject>(request: ApiRequest): Promise<T> {
    const { text } = await this.request(request);
    return JSON.parse(text) as T;
  }

  get<T extends KubeObject = KubeObject>(path: string, query?: Query, accept?: string): Promise<T> {
    return this.object<T>({ method: 'GET', path, query, accept });
  }

  /** Events of a watch in order, until the server ends it or the signal aborts. */
  async *watch(request: Omit<ApiRequest, 'method'>): AsyncGenerator<WatchEvent> {
    const response = await this.open({ ...request, method: 'GET' });
    if ((response.statusCode ?? 0) >= 400)
      throw ApiError.fromResponse(response.statusCode ?? 0, await readText(response));
    let pending = '';
    response.setEncoding('utf8');
    try {
      for await (const chunk of response) {
        const lines = (pending + String(chunk)).split('\n');
        pending = lines.pop() ?? '';
        for (const line of lines) if (line.trim() !== '') yield JSON.parse(line) as WatchEvent;
      }
    } catch (error) {
      if (!request.signal?.aborted && (error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error;
    } finally {
      response.destroy();
    }
  }

  close(): void {
    this.agent.destroy();
  }

  /** The answer as soon as its head is there. Redirects are answers like any other. */
  open(request: ApiRequest): Promise<http.IncomingMessage> {
    const started = Date.now();
    const body = request.body === undefined ? undefined : encodeBody(request.body);
    const query = { ...this.timeoutQuery(), ...request.query };
    const path = `${this.base.pathname.replace(/\/$/, '')}${request.path}${encodeQuery(query)}`;
    return new Promise((resolve, reject) => {
      const send = (this.base.protocol === 'https:' ? https : http).request({
        host: this.base.hostname.replace(/^\[|\]$/g, ''),
        port: this.base.port || undefined,
        method: request.method,
        path,
        agent: this.agent,
        signal: request.signal,
        headers: this.headersFor(request, body),
      });
      if (this.config.requestTimeoutMs > 0) {
        send.setTimeout(this.config.requestTimeoutMs, () => send.destroy(timedOut(this.config.requestTimeoutMs)));
      }
      send.on('error', (error) =>
        reject(request.signal?.aborted ? error : ConnectionError.from(error, this.base.host)),
      );
      send.on('response', (response) => {
        this.log(request.method, path, response.statusCode ?? 0, Date.now() - started);
        this.warn(response.headers.warning);
        resolve(response);
      });
      send.end(body);
    });
  }

  /** Told how long we wait, the server answers before: an import then says which registry was too slow. */
  private timeoutQuery(): Query {
    const { requestTimeoutMs } = this.config;
    return requestTimeoutMs > 0 ? { timeout: `${requestTimeoutMs / 1000}s` } : {};
  }

  private headersFor(request: ApiRequest, body: Buffer | undefined): http.OutgoingHttpHeaders {
    const { token, basic, impersonate } = this.config;
    const headers: http.OutgoingHttpHeaders = {
      accept: request.accept ?? `${JSON_TYPE}, */*`,
      'user-agent': USER_AGENT,
      ...request.headers,
    };
    if (body) headers['content-type'] = request.contentType ?? JSON_TYPE;
    if (body) headers['content-length'] = body.length;
    if (token) headers.authorization ??= `Bearer ${token}`;
    else if (basic) {
      headers.authorization ??= `Basic ${Buffer.from(`${basic.username}:${basic.password}`).toString('base64')}`;
    }
    if (impersonate) headers['impersonate-user'] = impersonate.user;
    if (impersonate?.groups.length) headers['impersonate-group'] = impersonate.groups;
    return headers;
  }

  private warn(header: string | undefined): void {
    for (const text of warningsOf(header)) {
      if (!this.warned.has(text)) this.terminal.error(`Warning: ${text}\n`);
      this.warned.add(text);
    }
  }

  private log(method: string, path: string, status: number, tookMs: number): void {
    if (this.logLevel >= 6) {
      this.terminal.error(`${method} ${this.base.origin}${path} ${status} in ${tookMs} milliseconds\n`);
    }
  }
}

function encodeBody(body: unknown): Buffer {
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === 'string' ? body : `${JSON.stringify(body)}\n`);
}

export function encodeQuery(query: Query | undefined): string {
  const parts = Object.entries(query ?? {})
    .filter((entry): entry is [string, string] => entry[1] !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  return parts.length > 0 ? `?${parts.join('&')}` : '';
}

async function readText(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function timedOut(timeoutMs: number): Error {
  return new Error(`net/http: request canceled (Client.Timeout exceeded: no answer within ${timeoutMs / 1000}s)`);
}
