import { Inject, Injectable } from '@nestjs/common';
import type { KubeObject } from '@faktorz/apimachinery';
import { ServiceHttp, type ServiceClient } from '@faktorz/service-kit';
import { pathOf, type TriggerTarget } from '../targets/target.js';
import { WORKLOADS_URLS } from '../trigger-dispatcher.tokens.js';
import type { ObjectName } from './trigger-target.store.js';

const FIELD_MANAGER = 'faktorz-trigger-dispatcher';
const PAGE = 500;

export interface WatchEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  object: KubeObject & { message?: string };
}

interface ObjectList {
  metadata: { resourceVersion: string; continue?: string };
  items: KubeObject[];
}

/** The objects to be triggered, over the Kubernetes API of workloads. Errors are `ApiError`s. */
@Injectable()
export class WorkloadsClient {
  private readonly client: ServiceClient;

  constructor(http: ServiceHttp, @Inject(WORKLOADS_URLS) urls: readonly string[]) {
    this.client = http.service('workloads', urls);
  }

  /** All objects of a kind, page by page; each page with the version the whole list shows. */
  async *list(target: TriggerTarget, signal: AbortSignal): AsyncGenerator<{ version: string; items: KubeObject[] }> {
    let next: string | undefined;
    do {
      const query = `limit=${PAGE}${next === undefined ? '' : `&continue=${encodeURIComponent(next)}`}`;
      const page = await this.client.getJson<ObjectList>(`${pathOf(target)}?${query}`, { signal });
      yield { version: page.metadata.resourceVersion, items: page.items };
      next = page.metadata.continue || undefined;
    } while (next !== undefined);
  }

  /** What happens to objects of a kind after a version, until the server ends the watch. */
  async *watch(target: TriggerTarget, after: string, signal: AbortSignal): AsyncGenerator<WatchEvent> {
    const query = `watch=true&allowWatchBookmarks=true&timeoutSeconds=300&resourceVersion=${after}`;
    const { body } = await this.client.stream({ path: `${pathOf(target)}?${query}`, signal });
    let rest = '';
    body.setEncoding('utf8');
    for await (const chunk of body) {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line !== '') yield JSON.parse(line) as WatchEvent;
    }
  }

  get(target: TriggerTarget, { namespace, name }: ObjectName): Promise<KubeObject> {
    return this.client.getJson<KubeObject>(pathOf(target, namespace, name));
  }

  /** A strategic merge patch under this service's own field manager. */
  patch(target: TriggerTarget, { namespace, name }: ObjectName, patch: object): Promise<KubeObject> {
    return this.client.json<KubeObject>({
      method: 'PATCH',
      path: `${pathOf(target, namespace, name)}?fieldManager=${FIELD_MANAGER}`,
      headers: { 'content-type': 'application/strategic-merge-patch+json' },
      body: JSON.stringify(patch),
    });
  }
}
