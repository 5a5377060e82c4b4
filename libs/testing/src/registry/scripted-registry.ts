import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TestImage } from './test-image.js';

/** One request as it came in. */
export interface SeenRequest {
  method: string;
  /** With query. */
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}

/** Answers a request in any way a server can, good or bad; returns false to leave it to the next rule. */
export type Answer = (request: SeenRequest, response: ServerResponse) => boolean | void | Promise<boolean | void>;

/**
 * A server that behaves exactly as a test tells it: as registry, token server or blob storage that lies, limits, drips,
 * redirects or never ends. Rules are tried newest first; without one it is an empty registry.
 */
export class ScriptedRegistry {
  readonly requests: SeenRequest[] = [];
  private readonly rules: Answer[] = [];

  private constructor(
    private readonly server: Server,
    readonly host: string,
    readonly url: string,
  ) {}

  static async start(options: { tls?: { certificate: string; key: string } } = {}): Promise<ScriptedRegistry> {
    const server = options.tls
      ? createTlsServer({ cert: options.tls.certificate, key: options.tls.key })
      : createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const registry = new ScriptedRegistry(server, host, `${options.tls ? 'https' : 'http'}://${host}`);
    server.on('request', (request, response) => void registry.answer(request, response));
    return registry;
  }

  /** Adds a rule for one path (string: exactly, without query; RegExp: anywhere in path and query). */
  on(path: string | RegExp, answer: Answer): this {
    this.rules.unshift((request, response) => {
      const isHit = typeof path === 'string' ? request.path.split('?', 1)[0] === path : path.test(request.path);
      return isHit ? answer(request, response) : false;
    });
    return this;
  }

  /** Serves an image (tag and digest) with its blobs and children. */
  serve(repository: string, tag: string, image: TestImage): this {
    for (const child of image.children) this.serve(repository, child.digest, child);
    for (const { digest, bytes } of image.blobs) this.on(`/v2/${repository}/blobs/${digest}`, reply(200, bytes));
    const manifest = reply(200, image.manifest, {
      'content-type': image.mediaType,
      'docker-content-digest': image.digest,
    });
    return this.on(`/v2/${repository}/manifests/${tag}`, manifest).on(
      `/v2/${repository}/manifests/${image.digest}`,
      manifest,
    );
  }

  /** Requests seen so far, as `GET /v2/…`. */
  get seen(): string[] {
    return this.requests.map(({ method, path }) => `${method} ${path}`);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  private async answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => undefined);
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const request = {
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      headers: incoming.headers,
      body: Buffer.concat(chunks).toString(),
    };
    this.requests.push(request);
    for (const rule of this.rules) if ((await rule(request, response)) !== false) return;
    if (request.path === '/v2/') await reply(200, '{}')(request, response);
    else await reply(404, { errors: [{ code: 'MANIFEST_UNKNOWN', message: 'manifest unknown' }] })(request, response);
  }
}

/** A plain answer; objects become JSON, and `HEAD` gets the headers alone. */
export function reply(
  status: number,
  body: Buffer | string | object = '',
  headers: Record<string, string> = {},
): Answer {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return (request, response) => {
    response.writeHead(status, { 'content-length': String(bytes.length), ...headers });
    response.end(request.method === 'HEAD' ? undefined : bytes);
  };
}

/** Sends on to another URL. */
export function redirect(location: string, status = 307): Answer {
  return reply(status, '', { location });
}

/** Never answers. */
export const silence: Answer = () => undefined;

/** Announces much, sends a little, then hangs up. */
export function cutShort(bytes: Buffer, headers: Record<string, string> = {}): Answer {
  return (_request, response) => {
    response.writeHead(200, { 'content-length': String(bytes.length), ...headers });
    response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy());
  };
}

/** Sends one byte after the other, for ever. */
export function drip(everyMs: number, headers: Record<string, string> = {}): Answer {
  return (_request, response) => {
    response.writeHead(200, headers);
    const timer = setInterval(() => response.write(' '), everyMs);
    response.on('close', () => clearInterval(timer));
  };
}

/** Sends as fast as the other side reads, for ever. */
export function endless(headers: Record<string, string> = {}): Answer {
  return (_request, response) => {
    response.writeHead(200, headers);
    const chunk = Buffer.alloc(64 * 1024, 32);
    const pump = (): void => {
      while (!response.destroyed && response.write(chunk));
    };
    response.on('drain', pump);
    pump();
  };
}

/** A token server that wants these credentials (or none) and gives `token`. */
export function tokenServer(token: string, credentials?: { username: string; password: string }): Answer {
  const expected =
    credentials && `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`;
  return (request, response) => {
    if (expected && request.headers.authorization !== expected) {
      return reply(401, { details: 'incorrect username or password' })(request, response);
    }
    return reply(200, { token, expires_in: 300 })(request, response);
  };
}

/** Lets requests through to later rules only with this `Authorization`, else answers the challenge. */
export function guard(authorization: string, challenge: string): Answer {
  return (request, response) => {
    if (request.headers.authorization === authorization) return false;
    return reply(
      401,
      { errors: [{ code: 'UNAUTHORIZED', message: 'authentication required' }] },
      { 'www-authenticate': challenge },
    )(request, response);
  };
}

/** `sha256:…` of some bytes. */
export function sha256Digest(bytes: Buffer | string): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
