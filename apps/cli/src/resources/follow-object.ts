import type { ApiClient } from '../client/api-client.js';
import { ApiError, isNotFound } from '../client/api-error.js';
import type { ApiResource } from '../client/discovery.js';
import type { KubeObject } from '../client/kube-object.js';
import { JSON_TYPE } from '../client/media-types.js';
import { resourcePath } from '../client/resource-path.js';
import { getObject } from './get-object.js';

export interface FollowedObject {
  resource: ApiResource;
  name: string;
  namespace?: string;
}

/** The object as it is now and after each change, until the deadline (ms since the epoch). */
export async function* followObject(
  client: ApiClient,
  followed: FollowedObject,
  { deadline, mayBeMissing = false }: { deadline: number; mayBeMissing?: boolean },
): AsyncGenerator<KubeObject> {
  const { resource, name, namespace } = followed;
  for (;;) {
    const object = await getObject(client, resource, namespace, name).catch((error: unknown) => {
      if (mayBeMissing && isNotFound(error)) return undefined;
      throw error;
    });
    if (object) yield object;
    if (Date.now() >= deadline) return;
    yield* changesOf(client, followed, object?.metadata?.resourceVersion, deadline);
    if (Date.now() >= deadline) return;
  }
}

/** Changes until the server closes the watch or the time is over. */
async function* changesOf(
  client: ApiClient,
  { resource, name, namespace }: FollowedObject,
  resourceVersion: string | undefined,
  deadline: number,
): AsyncGenerator<KubeObject> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), Math.min(deadline - Date.now(), 2 ** 31 - 1));
  const watch = client.watch({
    path: resourcePath(resource, namespace),
    query: { fieldSelector: `metadata.name=${name}`, resourceVersion, watch: 'true' },
    accept: JSON_TYPE,
    signal: limit.signal,
  });
  try {
    for await (const event of watch) {
      if (event.type === 'ERROR') return;
      if (event.type === 'ADDED' || event.type === 'MODIFIED') yield event.object;
    }
  } catch (error) {
    if (limit.signal.aborted) return;
    if (!(error instanceof ApiError)) throw error;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, Math.min(500, deadline - Date.now()))));
  } finally {
    clearTimeout(timer);
  }
}
