import type { KubeObject } from '../kube-object.js';

/** An HTTP answer, as `fetch` gives it. */
export interface RestAnswer {
  status: number;
  headers: { get(name: string): string | null };
  text(): Promise<string>;
  body: AsyncIterable<Uint8Array> | null;
}

export interface RestInit {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  signal?: AbortSignal;
}

/** A served resource, and what of the conventions does not apply to it. */
export interface RestSubject {
  /** Sends a request to the server as somebody who may do everything. */
  send(path: string, init?: RestInit): Promise<RestAnswer>;
  /** Path of a collection in which objects can be made, e.g. `/api/v1/namespaces/test/secrets`. */
  collection: string;
  group: string;
  version: string;
  kind: string;
  plural: string;
  /** A good object with this name. */
  object(name: string): object;
  /** The name of the nth object; default `contract-<n>`. Names may be used again once their object is gone. */
  nameOf?(n: number): string;
  /** False where names are not for the server to make up. Default true. */
  generatesNames?: boolean;
  /** True where a PUT has to say which version it replaces. Default false. */
  needsVersion?: boolean;
  /** True where an object outlives its deletion for a while although nothing holds it by name (namespaces). Default false. */
  lingers?: boolean;
  /** False where objects are deleted one by one only. Default true. */
  deletesCollections?: boolean;
}

export interface Reply<T = KubeObject> {
  status: number;
  body: T;
  text: string;
  headers: RestAnswer['headers'];
}

/** A list, as far as the contract looks at it. */
export interface ListView {
  kind: string;
  apiVersion: string;
  metadata: { resourceVersion: string; continue?: string; remainingItemCount?: number };
  items: KubeObject[];
}

/** A `Status`, as far as the contract looks at it. */
export interface StatusView {
  kind: string;
  status: string;
  reason?: string;
  message?: string;
  details?: { name?: string; kind?: string; group?: string; uid?: string; causes?: { field?: string }[] };
}

const TYPE_OF_PATCH = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;
const GONE_WITHIN_MS = 20_000;

/** Speaks to a resource, gives its objects fresh names, and removes them in the end. */
export class RestClient {
  private readonly made = new Set<string>();
  private count = 0;

  constructor(readonly subject: RestSubject) {}

  /** A name nobody has used in this run. */
  newName(): string {
    const n = ++this.count;
    const name = this.subject.nameOf?.(n) ?? `contract-${n}`;
    this.made.add(name);
    return name;
  }

  path(name: string, query = ''): string {
    return `${this.subject.collection}/${name}${query}`;
  }

  /** A good object, with more metadata if wished. */
  object(name: string, metadata: object = {}): KubeObject {
    const object = structuredClone(this.subject.object(name)) as KubeObject;
    Object.assign(object.metadata, metadata);
    return object;
  }

  async create(name = this.newName(), metadata: object = {}): Promise<KubeObject> {
    const { status, body, text } = await this.post(this.object(name, metadata));
    if (status !== 201) throw new Error(`a good ${this.subject.kind} was refused with ${status}: ${text}`);
    return body;
  }

  post<T = KubeObject>(object: object, query = ''): Promise<Reply<T>> {
    return this.write<T>('POST', this.subject.collection + query, object);
  }

  put<T = KubeObject>(name: string, object: object, query = ''): Promise<Reply<T>> {
    return this.write<T>('PUT', this.path(name, query), object);
  }

  patch<T = KubeObject>(name: string, type: keyof typeof TYPE_OF_PATCH, patch: object, query = ''): Promise<Reply<T>> {
    return this.write<T>('PATCH', this.path(name, query), patch, TYPE_OF_PATCH[type]);
  }

  delete<T = StatusView>(name: string, options?: object, query = ''): Promise<Reply<T>> {
    return options === undefined
      ? this.ask<T>(this.path(name, query), { method: 'DELETE' })
      : this.write<T>('DELETE', this.path(name, query), options);
  }

  get<T = KubeObject>(name: string, accept = 'application/json'): Promise<Reply<T>> {
    return this.ask<T>(this.path(name), { headers: { accept } });
  }

  list<T = ListView>(query = '', accept = 'application/json'): Promise<Reply<T>> {
    return this.ask<T>(this.subject.collection + query, { headers: { accept } });
  }

  /** Sends a body of any type. */
  write<T>(method: string, path: string, body: object | string, type = 'application/json'): Promise<Reply<T>> {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return this.ask<T>(path, { method, body: text, headers: { 'content-type': type } });
  }

  async ask<T>(path: string, init: RestInit = {}): Promise<Reply<T>> {
    const answer = await this.subject.send(path, init);
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.startsWith('application/json') ?? false;
    return { status: answer.status, text, headers: answer.headers, body: (isJson ? JSON.parse(text) : {}) as T };
  }

  /** Waits until an object that lingers is gone too. */
  async gone(name: string): Promise<void> {
    const deadline = Date.now() + GONE_WITHIN_MS;
    while ((await this.get(name)).status !== 404) {
      if (Date.now() > deadline) throw new Error(`${this.subject.plural} ${name} is still there`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Removes what is left of this run, whatever holds it. */
  async cleanUp(): Promise<void> {
    for (const name of this.made) {
      const { status, body } = await this.get(name);
      if (status === 404) continue;
      if (body.metadata.finalizers) await this.patch(name, 'merge', { metadata: { finalizers: null } });
      await this.delete(name);
    }
  }
}
