import type { IncomingMessage, ServerResponse } from 'node:http';
import { publicUrlOf } from './public-url.js';

type Headers = Readonly<Record<string, string | number | readonly string[]>>;

/** One request at the public door and the answer to it. */
export class Exchange {
  readonly method: string;
  /** Path as it was sent, without the query. */
  readonly path: string;
  /** Headers every answer to this request has; set by whoever knows what kind of path it is. */
  commonHeaders: Headers = {};
  /** What kind of thing the request is about, for its figures; undefined outside of `/v2/`. */
  operation: string | undefined;
  /** When the head of the answer was written, by the monotonic clock. */
  headAtMs: number | undefined;
  private readonly search: string;
  private parsedQuery: URLSearchParams | undefined;

  constructor(
    readonly request: IncomingMessage,
    readonly response: ServerResponse,
  ) {
    const url = request.url ?? '/';
    const mark = url.indexOf('?');
    this.method = request.method ?? 'GET';
    this.path = mark < 0 ? url : url.slice(0, mark);
    this.search = mark < 0 ? '' : url.slice(mark + 1);
  }

  /** PostgreSQL takes no NUL, and nothing here has one in its name: it becomes U+FFFD, which is in no name either. */
  get query(): URLSearchParams {
    this.parsedQuery ??= new URLSearchParams(this.search.replaceAll('%00', '%EF%BF%BD'));
    return this.parsedQuery;
  }

  /** A path of this registry as an absolute address, the way this client reaches it. */
  urlOf(path: string): string {
    return `${publicUrlOf(this.request)}${path}`;
  }

  /** A header by its lower-case name; several of the name are joined. */
  header(name: string): string | undefined {
    const value = this.request.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  /** Sends the head of an answer whose body the caller sends. */
  begin(status: number, headers: Headers): void {
    this.headAtMs ??= performance.now();
    this.response.writeHead(status, { ...this.commonHeaders, ...headers } as Record<string, string | number>);
  }

  /** Sends a whole answer. The answer to HEAD has no body, and the length it would have. */
  answer(status: number, headers: Headers = {}, body: string | Buffer = ''): void {
    const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
    this.begin(status, status === 204 || status === 304 ? headers : { 'Content-Length': length, ...headers });
    if (this.method === 'HEAD' || length === 0) this.response.end();
    else this.response.end(body);
  }

  answerJson(status: number, value: unknown, headers: Headers = {}): void {
    this.answer(status, { 'Content-Type': 'application/json', ...headers }, JSON.stringify(value));
  }
}
