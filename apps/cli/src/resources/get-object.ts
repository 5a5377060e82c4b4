import type { ApiClient, Query } from '../client/api-client.js';
import { isNotFound } from '../client/api-error.js';
import type { ApiResource } from '../client/discovery.js';
import type { KubeList, KubeObject } from '../client/kube-object.js';
import { JSON_TYPE } from '../client/media-types.js';
import { resourcePath } from '../client/resource-path.js';

/**
 * Reads one object. Where it is missing the namespace is looked at too, so that a missing namespace is what the user
 * hears of.
 */
export async function getObject(
  client: ApiClient,
  resource: ApiResource,
  namespace: string | undefined,
  name: string,
  options: { accept?: string; query?: Query; subresource?: string } = {},
): Promise<KubeObject> {
  const accept = options.accept ?? JSON_TYPE;
  try {
    return await client.get(resourcePath(resource, namespace, name, options.subresource), options.query, accept);
  } catch (error) {
    if (isNotFound(error) && resource.namespaced && namespace && namespace !== 'default') {
      await requireNamespace(client, namespace, accept);
    }
    throw error;
  }
}

async function requireNamespace(client: ApiClient, namespace: string, accept: string): Promise<void> {
  try {
    await client.get(`/api/v1/namespaces/${encodeURIComponent(namespace)}`, undefined, accept);
  } catch (error) {
    if (isNotFound(error)) throw error;
  }
}

/** Items of a list carry their kind, also where the server leaves it out. */
export function itemsOf(list: KubeObject): KubeObject[] {
  const kind = (list.kind ?? '').replace(/List$/, '');
  return ((list as KubeList).items ?? []).map((item) => ({ apiVersion: list.apiVersion, kind, ...item }));
}

/** Every object of a collection, page by page. */
export async function listObjects(
  client: ApiClient,
  resource: ApiResource,
  namespace: string | undefined,
  query: Query,
  accept = JSON_TYPE,
): Promise<KubeObject[]> {
  const items: KubeObject[] = [];
  for (let next: string | undefined; ;) {
    const list = await client.get(resourcePath(resource, namespace), { ...query, continue: next }, accept);
    items.push(...itemsOf(list));
    next = list.metadata?.continue || undefined;
    if (!next) return items;
  }
}
