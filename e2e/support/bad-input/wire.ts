import { connect } from 'node:tls';
import { Pool } from 'undici';
import type { TestSystem } from '@faktorz/testing';

/** A request exactly as it goes out: no part of the path is normalised, no header is checked for sense. */
export interface WireRequest {
  method: string;
  /** Path and query as written on the request line. */
  path: string;
  headers?: Readonly<Record<string, string>>;
  body?: string | Buffer;
}

export interface WireAnswer {
  code: number;
  /** Media type without its parameters. */
  type: string;
  /** Empty for a watch that was opened: nobody waits for its end. */
  text: string;
  elapsedMs: number;
}

/** Longer than this is a hang: nothing these tests ask for takes a server so long. */
export const LONGEST_MS = 10_000;

/** Sends requests over kept-alive connections, and reads the answers as bytes. */
export class Wire implements AsyncDisposable {
  private readonly pool: Pool;

  constructor(private readonly system: TestSystem) {
    this.pool = new Pool(system.apiUrl, { connections: 8, connect: { ca: system.ca } });
  }

  /** The answer to a request; of a stream that stays open, its head. Rejects when there is none in time. */
  async send({ method, path, headers = {}, body }: WireRequest): Promise<WireAnswer> {
    const startedAt = performance.now();
    const deadline = AbortSignal.timeout(LONGEST_MS);
    const answer = await this.pool
      .request({
        method: method as 'GET',
        path,
        headers: { authorization: `Bearer ${this.system.token}`, ...headers },
        body: body ?? null,
        signal: deadline,
      })
      .catch((cause: unknown) => {
        const waited = Math.round(performance.now() - startedAt);
        throw new Error(`no answer within ${waited} ms to ${method} ${path}: ${String(body)}`, { cause });
      });
    const type = String(answer.headers['content-type'] ?? '').split(';', 1)[0]!;
    const isStream = answer.statusCode === 200 && answer.headers['content-length'] === undefined && isWatch(path);
    const text = isStream ? '' : await answer.body.text();
    if (isStream) answer.body.destroy();
    return { code: answer.statusCode, type, text, elapsedMs: performance.now() - startedAt };
  }

  /** Writes bytes to a connection of their own and reads until the server closes it, at the latest after the time. */
  raw(bytes: string | Buffer, waitMs = LONGEST_MS): Promise<string> {
    const { hostname, port } = new URL(this.system.apiUrl);
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      const socket = connect({ host: hostname, port: Number(port), ca: this.system.ca, servername: 'localhost' });
      const late = setTimeout(() => {
        reject(new Error(`the connection is still open after ${waitMs} ms, having said: ${text(chunks)}`));
        socket.destroy();
      }, waitMs);
      socket.once('secureConnect', () => socket.write(bytes));
      socket.on('data', (chunk: Buffer) => chunks.push(chunk));
      socket.on('error', () => undefined); // a reset is an end too
      socket.once('close', () => {
        clearTimeout(late);
        resolve(text(chunks));
      });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.pool.destroy();
  }
}

function isWatch(path: string): boolean {
  return /[?&]watch(?:=|&|$)|\/watch\//.test(path);
}

function text(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString();
}
