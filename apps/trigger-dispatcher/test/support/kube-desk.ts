import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Deployment {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace: string;
    uid: string;
    resourceVersion: string;
    annotations: Record<string, string>;
  };
  spec: { template: { spec: { containers: { name: string; image: string }[] } } };
}

/** A request that would change or read one object. */
export interface ObjectRequest {
  method: string;
  name: string;
  atMs: number;
}

/** What the desk does with a write: carries it out and answers, or what a test makes of it. */
type Manners = (request: ObjectRequest, carryOut: () => void, response: ServerResponse) => void | Promise<void>;

const carryingOut: Manners = (_request, carryOut) => carryOut();
const BASE = '/apis/apps/v1';

/** A Kubernetes API with Deployments of one namespace, over real HTTP: lists, watches, reads and patches with versions. */
export class KubeDesk {
  readonly objects = new Map<string, Deployment>();
  readonly requests: ObjectRequest[] = [];
  /** Images of each object, in the order in which it showed them. */
  readonly shown = new Map<string, string[]>();
  manners: Manners = carryingOut;
  private readonly watchers = new Set<ServerResponse>();
  private version = 100;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<KubeDesk> {
    const server = createServer();
    const desk = new KubeDesk(server);
    server.on('request', (request, response) => void desk.take(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return desk;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  /** Makes or changes a Deployment with one container, `main`, that follows tags. */
  put(name: string, triggers: readonly object[], image = ' '): void {
    const known = this.objects.get(name);
    this.store({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: {
        name,
        namespace: 'team',
        uid: known?.metadata.uid ?? `uid-${name}-${this.version}`,
        resourceVersion: '',
        annotations: { 'image.openshift.io/triggers': JSON.stringify(triggers) },
      },
      spec: { template: { spec: { containers: [{ name: 'main', image }] } } },
    });
  }

  /** Somebody else changes the image. */
  setImage(name: string, image: string): void {
    const object = structuredClone(this.objects.get(name)!);
    object.spec.template.spec.containers[0]!.image = image;
    this.store(object);
  }

  delete(name: string): void {
    const object = this.objects.get(name)!;
    this.objects.delete(name);
    this.tell('DELETED', { ...object, metadata: { ...object.metadata, resourceVersion: String(++this.version) } });
  }

  image(name: string): string | undefined {
    return this.objects.get(name)?.spec.template.spec.containers[0]?.image;
  }

  of(method: string, name?: string): ObjectRequest[] {
    return this.requests.filter((request) => request.method === method && (name ?? request.name) === request.name);
  }

  private store(object: Deployment): Deployment {
    const type = this.objects.has(object.metadata.name) ? 'MODIFIED' : 'ADDED';
    object.metadata.resourceVersion = String(++this.version);
    const { name } = object.metadata;
    this.objects.set(name, object);
    this.shown.set(name, [...(this.shown.get(name) ?? []), this.image(name) ?? '']);
    this.tell(type, object);
    return object;
  }

  private tell(type: string, object: Deployment): void {
    for (const watcher of this.watchers) watcher.write(`${JSON.stringify({ type, object })}\n`);
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const { pathname, searchParams } = new URL(request.url ?? '', this.url);
    if (pathname === BASE) return answer(response, 200, { resources: [{ name: 'deployments' }] });
    if (/^\/(api\/v1|apis\/[^/]+\/v1)$/.test(pathname)) return answer(response, 200, { resources: [] });
    if (pathname === `${BASE}/deployments`) return this.collection(searchParams, response);
    const name = /\/namespaces\/team\/deployments\/([^/]+)$/.exec(pathname)?.[1];
    if (name === undefined) return answer(response, 404, status(404, 'NotFound', 'no such path'));
    const asked = { method: request.method ?? '', name, atMs: Date.now() };
    this.requests.push(asked);
    const carryOut = () => (asked.method === 'PATCH' ? this.patch(name, body, response) : this.read(name, response));
    await (asked.method === 'PATCH' ? this.manners(asked, carryOut, response) : carryOut());
  }

  private collection(query: URLSearchParams, response: ServerResponse): void {
    if (query.get('watch') === null) {
      const items = [...this.objects.values()];
      return answer(response, 200, { metadata: { resourceVersion: String(this.version) }, items });
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    for (const object of this.objects.values()) {
      if (Number(object.metadata.resourceVersion) > Number(query.get('resourceVersion'))) {
        response.write(`${JSON.stringify({ type: 'MODIFIED', object })}\n`);
      }
    }
    this.watchers.add(response);
    response.on('close', () => this.watchers.delete(response));
  }

  private read(name: string, response: ServerResponse): void {
    const object = this.objects.get(name);
    if (object) answer(response, 200, object);
    else answer(response, 404, status(404, 'NotFound', `deployments.apps "${name}" not found`));
  }

  /** What a strategic merge patch of containers does. */
  private patch(name: string, body: string, response: ServerResponse): void {
    const present = this.objects.get(name);
    if (!present) return this.read(name, response);
    const { metadata, spec } = JSON.parse(body) as Deployment;
    if (metadata.resourceVersion !== present.metadata.resourceVersion) {
      return answer(response, 409, status(409, 'Conflict', 'the object has been modified'));
    }
    const object = structuredClone(present);
    for (const { name: container, image } of spec.template.spec.containers) {
      object.spec.template.spec.containers.find((one) => one.name === container)!.image = image;
    }
    answer(response, 200, this.store(object));
  }
}

export function answer(response: ServerResponse, code: number, body: object): void {
  if (response.destroyed) return;
  response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

export function status(code: number, reason: string, message: string): object {
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message };
}

/** A trigger that sets the only container to a tag. */
export function follows(tag: string, more: object = {}): object {
  return {
    from: { kind: 'ImageStreamTag', name: tag },
    fieldPath: 'spec.template.spec.containers[?(@.name=="main")].image',
    ...more,
  };
}
