import type { Discovery } from '@faktorz/apimachinery';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A request as it reached the owner. */
export interface SeenRequest {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

/** A service behind the gateway that does what a test says: it answers discovery by itself and all else by `answer`. */
export class ScriptedOwner implements AsyncDisposable {
  readonly seen: SeenRequest[] = [];
  discovery: Discovery;
  answer: (request: SeenRequest, response: ServerResponse) => void = (_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end('{"from":"owner"}');
  };

  private constructor(
    private readonly server: Server,
    resources: readonly string[],
  ) {
    this.discovery = discoveryWith(resources);
  }

  static async start(resources: readonly string[], port = 0): Promise<ScriptedOwner> {
    const server = createServer();
    const owner = new ScriptedOwner(server, resources);
    server.on('request', (request, response) => void owner.handle(request, response));
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return owner;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Cuts all connections and listens no more. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections();
    if (this.server.listening) await new Promise((resolve) => this.server.close(resolve));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === '/apis') {
      const text = JSON.stringify(this.discovery);
      const etag = `"${text.length}"`;
      if (request.headers['if-none-match'] === etag) response.writeHead(304).end();
      else response.writeHead(200, { etag, 'content-type': 'application/json' }).end(text);
      return;
    }
    const body = await buffer(request).catch(() => Buffer.alloc(0));
    const seen = { method: request.method!, url: request.url!, headers: request.headers, body };
    this.seen.push(seen);
    this.answer(seen, response);
  }
}

/** A discovery of group `test.io`, version v1, with these namespaced resources. */
export function discoveryWith(resources: readonly string[]): Discovery {
  return {
    groups: [
      {
        name: 'test.io',
        versions: [
          {
            version: 'v1',
            resources: resources.map((name) => ({
              name,
              singularName: '',
              namespaced: true,
              kind: 'Thing',
              verbs: ['get', 'list'],
              subresources: [],
            })),
          },
        ],
      },
    ],
  };
}
