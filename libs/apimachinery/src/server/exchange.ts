import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { stringify } from 'yaml';
import type { PlainAnswer } from '../discovery/answer-discovery.js';
import type { Representation } from '../negotiation/accept.js';
import { isTrue } from '../request/query-options.js';
import { statusOf } from '../status/status-object.js';
import { acceptsGzip, AnswerBody } from './answer-body.js';
import { warningHeader } from './warning-header.js';

const CONTENT_TYPES: Readonly<Record<'json' | 'yaml', string>> = { json: 'application/json', yaml: 'application/yaml' };

/** One request and its answer: what every verb reads from and writes to. */
export class Exchange {
  readonly query: URLSearchParams;
  readonly requestId: string;
  /** Made when somebody asks: most requests end before anybody would listen. */
  private abort: AbortController | undefined;
  private isCancelled = false;
  private readonly warnings = new Set<string>();
  private madeObject: string | undefined;
  private body: AnswerBody | undefined;

  constructor(
    readonly request: FastifyRequest,
    readonly response: ServerResponse,
    /** Decoded parts of the path. */
    readonly parts: readonly string[],
  ) {
    const { url } = request.raw;
    const question = url?.indexOf('?') ?? -1;
    this.query = new URLSearchParams(question < 0 ? '' : url!.slice(question + 1));
    const given = this.headers['x-request-id'];
    this.requestId = typeof given === 'string' && /^[\w.-]{1,128}$/.test(given) ? given : randomUUID();
    response.once('close', () => {
      // Aborting makes an error with a stack; an answer that is out has nothing left to end.
      if (!response.writableFinished) this.cancel();
    });
    // Writing to a client that has just gone is no failure; the close above ends what is running.
    response.on('error', () => undefined);
  }

  /** Aborted when the client is gone before the answer was complete. */
  get signal(): AbortSignal {
    this.abort ??= new AbortController();
    if (this.isCancelled) this.abort.abort();
    return this.abort.signal;
  }

  get method(): string {
    return this.request.method;
  }

  get headers(): IncomingHttpHeaders {
    return this.request.raw.headers;
  }

  get isPretty(): boolean {
    return isTrue(this.query.get('pretty'));
  }

  /** Ends what is still running for this request: it takes too long, or the server stops. */
  cancel(): void {
    this.isCancelled = true;
    this.abort?.abort();
  }

  /** Closes the connection after the answer: a server that stops cannot wait for it to become idle. */
  hangUp(): void {
    const { socket } = this.response;
    this.response.once('finish', () => socket?.end());
  }

  warn(text: string): void {
    this.warnings.add(text);
  }

  /** Tells the public door, for its records, which object a request to a collection has made. */
  noteMade(name: string): void {
    this.madeObject = encodeURIComponent(name);
  }

  /** Headers of every answer, warnings included. */
  answerHeaders(): Record<string, string | string[]> {
    const headers: Record<string, string | string[]> = {
      'Cache-Control': 'no-cache, private',
      'Audit-Id': this.requestId,
    };
    if (this.madeObject !== undefined) headers['X-FaktorZ-Object'] = this.madeObject;
    if (this.warnings.size > 0) headers['Warning'] = warningHeader(this.warnings);
    return headers;
  }

  /** Opens a body of unknown length. */
  openBody(status: number, format: 'json' | 'yaml'): AnswerBody {
    const headers = { ...this.answerHeaders(), 'Content-Type': CONTENT_TYPES[format] };
    this.body = new AnswerBody(this.response, status, headers, acceptsGzip(this.headers['accept-encoding']));
    return this.body;
  }

  /** Answers with one object. */
  async send(
    status: number,
    object: object,
    { format }: Pick<Representation, 'format'> = { format: 'json' },
  ): Promise<void> {
    const isYaml = format === 'yaml';
    const text = isYaml
      ? stringify(object, { aliasDuplicateObjects: false })
      : `${JSON.stringify(object, null, this.isPretty ? 2 : undefined)}\n`;
    await this.sendText(status, text, isYaml ? 'yaml' : 'json');
  }

  /** Answers with an object that is encoded already. */
  async sendText(status: number, text: string, format: 'json' | 'yaml'): Promise<void> {
    const body = this.openBody(status, format);
    await body.write(text);
    await body.end();
  }

  sendPlain({ status, headers, body }: PlainAnswer): void {
    this.response.writeHead(status, {
      ...headers,
      'Audit-Id': this.requestId,
      'Content-Length': String(Buffer.byteLength(body)),
    });
    this.response.end(body);
  }

  /** Answers with the `Status` of something thrown; an answer already under way is cut off instead, so that nobody takes it for complete. */
  async fail(error: unknown): Promise<void> {
    if (this.response.headersSent || this.body?.hasStarted) {
      this.response.destroy();
      return;
    }
    const status = statusOf(error);
    const retryAfter = status.details?.retryAfterSeconds;
    if (retryAfter !== undefined) this.response.setHeader('Retry-After', String(retryAfter));
    // A body nobody reads would keep the connection busy.
    if (!this.request.raw.complete) this.response.setHeader('Connection', 'close');
    await this.send(status.code, status);
  }
}
