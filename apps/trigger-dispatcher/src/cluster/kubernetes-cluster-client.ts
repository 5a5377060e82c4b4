import type { KubeObject } from '@faktorz/apimachinery';
import { ApiError } from '@faktorz/apimachinery';
import { apiRootOf, type ObjectName, pathOf, type TriggerTarget } from '../targets/target.js';
import type { TargetRequest } from '../targets/trigger-notation.js';
import type { ClusterClient, ObjectPage, WatchEvent } from './cluster-client.js';
import type { KubernetesApi } from './kubernetes-api.js';

const FIELD_MANAGER = 'faktorz-trigger-dispatcher';
const PAGE = 500;
const PAGE_TIMEOUT_MS = 60_000;
/** When the server is asked to end a watch. */
const WATCH_SECONDS = 300;

interface ObjectList {
  metadata: { resourceVersion: string; continue?: string };
  items: KubeObject[];
}

interface ClusterTraits {
  /** Where Events are kept; our own store has a service of its own for them. */
  events?: KubernetesApi;
  /** Absent: images are reached by the names that FaktorZ itself uses. */
  reachable?(image: string): string;
}

/** A cluster by its Kubernetes API. */
export class KubernetesClusterClient implements ClusterClient {
  constructor(
    readonly cluster: string,
    private readonly api: KubernetesApi,
    private readonly traits: ClusterTraits = {},
  ) {}

  reachable(image: string): string {
    return this.traits.reachable?.(image) ?? image;
  }

  async *list(target: TriggerTarget, signal: AbortSignal, namespace?: string): AsyncGenerator<ObjectPage> {
    let next: string | undefined;
    do {
      const query = new URLSearchParams({ limit: String(PAGE), ...(next !== undefined && { continue: next }) });
      const path = `${pathOf(target, namespace)}?${query.toString()}`;
      const { metadata, items } = await this.api.json<ObjectList>({ path, signal, timeoutMs: PAGE_TIMEOUT_MS });
      yield { version: metadata.resourceVersion, items };
      next = metadata.continue || undefined;
    } while (next !== undefined);
  }

  watch(target: TriggerTarget, after: string, signal: AbortSignal, namespace?: string): AsyncGenerator<WatchEvent> {
    const query = { resourceVersion: after, allowWatchBookmarks: 'true', timeoutSeconds: String(WATCH_SECONDS) };
    return this.api.watch(pathOf(target, namespace), query, signal);
  }

  async serves(target: TriggerTarget, signal: AbortSignal): Promise<boolean> {
    try {
      const { resources } = await this.api.json<{ resources: { name: string }[] }>({ path: apiRootOf(target), signal });
      return resources.some(({ name }) => name === target.plural);
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) return false;
      throw error;
    }
  }

  get(target: TriggerTarget, { namespace, name }: ObjectName): Promise<KubeObject> {
    return this.api.json<KubeObject>({ path: pathOf(target, namespace, name) });
  }

  async send(
    target: TriggerTarget,
    { namespace, name }: ObjectName,
    { method, subresource, contentType, body }: TargetRequest,
  ): Promise<KubeObject | undefined> {
    const path = `${pathOf(target, namespace, name)}${subresource === undefined ? '' : `/${subresource}`}`;
    const answer = await this.api.json<KubeObject>({
      method,
      path: `${path}?fieldManager=${FIELD_MANAGER}`,
      contentType,
      body,
    });
    return subresource === undefined ? answer : undefined;
  }

  async report(namespace: string, event: object): Promise<void> {
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/events?fieldManager=${FIELD_MANAGER}`;
    await (this.traits.events ?? this.api).json({
      method: 'POST',
      path,
      body: { apiVersion: 'v1', kind: 'Event', ...event },
    });
  }
}
