import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Listed {
  metadata: { name: string; resourceVersion: string; uid?: string; annotations?: Record<string, string> };
}

/** What becomes of one request; absent: a list is answered, a watch stays open and silent. */
export type Manner = (response: ServerResponse) => void;

/** A Kubernetes API that has Deployments alone and whose lists and watches do what a test says, over real HTTP. */
export class WatchedServer implements AsyncDisposable {
  /** What lists show. */
  items: Listed[] = [];
  version = '100';
  /** Of the next lists and watches, one after the other. */
  readonly lists: Manner[] = [];
  readonly watches: Manner[] = [];
  /** `list`, or `watch VERSION`, of Deployments, in the order in which they came. */
  readonly asked: string[] = [];

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => this.answer(request, response));
  }

  static async start(): Promise<WatchedServer> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new WatchedServer(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://server');
    response.setHeader('content-type', 'application/json');
    if (pathname === '/apis/apps/v1')
      return void response.end(JSON.stringify({ resources: [{ name: 'deployments' }] }));
    if (pathname !== '/apis/apps/v1/deployments') return void response.writeHead(404).end('404 page not found');
    if (searchParams.has('watch')) {
      this.asked.push(`watch ${searchParams.get('resourceVersion')}`);
      const manner = this.watches.shift();
      if (manner) manner(response);
      else response.flushHeaders();
    } else {
      this.asked.push('list');
      const list = { metadata: { resourceVersion: this.version }, items: this.items };
      const manner = this.lists.shift();
      if (manner) manner(response);
      else response.end(JSON.stringify(list));
    }
  }
}

/** Lines of a watch. */
export function lines(...events: { type: string; object: object }[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join('');
}

/** A Deployment that follows `ruby:1`, unless it has no triggers. */
export function deployment(name: string, resourceVersion: string, hasTriggers = true): Listed & { spec: object } {
  const from = { kind: 'ImageStreamTag', name: 'ruby:1' };
  const triggers = JSON.stringify([{ from, fieldPath: 'spec.template.spec.containers[0].image' }]);
  return {
    metadata: {
      name,
      namespace: 'team',
      uid: `uid-${name}`,
      resourceVersion,
      ...(hasTriggers && { annotations: { 'image.openshift.io/triggers': triggers } }),
    } as Listed['metadata'],
    spec: { template: { spec: { containers: [{ name: 'main', image: ' ' }] } } },
  };
}
