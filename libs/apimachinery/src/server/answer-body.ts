import type { ServerResponse } from 'node:http';
import { ApiError } from '../status/api-error.js';
import { createGzip, type Gzip } from 'node:zlib';

/** Bodies up to this size are sent whole with their length; larger ones are streamed, compressed if the client can. */
const BUFFERED_BYTES = 128 * 1024;

/**
 * The body of one answer. Nothing is sent until it is complete or larger than 128 KiB: until then a failure can still
 * become a proper error.
 */
export class AnswerBody {
  private pieces: string[] = [];
  private bufferedBytes = 0;
  private gzip: Gzip | undefined;
  /** True once headers are sent and the answer can no longer become another one. */
  hasStarted = false;

  constructor(
    private readonly response: ServerResponse,
    private readonly status: number,
    private readonly headers: Readonly<Record<string, string | string[]>>,
    private readonly acceptsGzip: boolean,
  ) {}

  async write(piece: string): Promise<void> {
    this.pieces.push(piece);
    this.bufferedBytes += piece.length;
    if (this.bufferedBytes >= BUFFERED_BYTES) await this.flush();
  }

  async end(): Promise<void> {
    if (this.hasStarted) {
      await this.flush();
      (this.gzip ?? this.response).end();
      return;
    }
    const body = Buffer.from(this.pieces.join(''));
    if (body.length > BUFFERED_BYTES && this.acceptsGzip) {
      await this.flush();
      this.gzip!.end();
      return;
    }
    this.hasStarted = true;
    this.response.writeHead(this.status, { ...this.headers, 'Content-Length': String(body.length) });
    this.response.end(body);
  }

  private async flush(): Promise<void> {
    if (!this.hasStarted) this.start();
    const chunk = this.pieces.join('');
    this.pieces = [];
    this.bufferedBytes = 0;
    const target = this.gzip ?? this.response;
    if (this.response.destroyed) throw new ApiError('Timeout', 'the client has gone before the answer was complete');
    if (chunk === '') return;
    if (!target.write(chunk)) await drained(target, this.response);
  }

  private start(): void {
    this.hasStarted = true;
    const encoding = this.acceptsGzip ? { 'Content-Encoding': 'gzip' } : {};
    this.response.writeHead(this.status, { ...this.headers, Vary: 'Accept-Encoding', ...encoding });
    if (!this.acceptsGzip) return;
    this.gzip = createGzip({ level: 1 });
    this.gzip.on('error', () => this.response.destroy());
    this.gzip.pipe(this.response);
    this.response.once('close', () => this.gzip?.destroy());
  }
}

/** Waits until a stream takes more, or the client is gone. */
function drained(target: Gzip | ServerResponse, response: ServerResponse): Promise<void> {
  if (response.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      target.off('drain', done);
      response.off('close', done);
      resolve();
    };
    target.once('drain', done);
    response.once('close', done);
  });
}

/** Does the client take gzip? */
export function acceptsGzip(header: string | string[] | undefined): boolean {
  return String(header ?? '')
    .split(',')
    .some((part) => /^\s*gzip\s*(;\s*q=(?!0(\.0*)?\s*$).*)?$/i.test(part));
}
