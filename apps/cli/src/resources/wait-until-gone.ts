import type { ApiClient } from '../client/api-client.js';
import { ApiError, isNotFound } from '../client/api-error.js';
import type { ApiResource } from '../client/discovery.js';
import type { KubeObject } from '../client/kube-object.js';
import { JSON_TYPE } from '../client/media-types.js';
import { resourcePath } from '../client/resource-path.js';

export interface GoingObject {
  resource: ApiResource;
  name: string;
  namespace?: string;
  /** Another object of the same name does not count. '' or undefined: any does. */
  uid?: string;
}

/** Waits until an object is no more; false when the time is over first. Who may not look does not wait. */
export async function waitUntilGone(client: ApiClient, going: GoingObject, timeoutMs: number): Promise<boolean> {
  const limit = new AbortController();
  const timer = timeoutMs < 2 ** 31 ? setTimeout(() => limit.abort(), timeoutMs) : undefined;
  try {
    return await follow(client, going, limit.signal);
  } finally {
    clearTimeout(timer);
  }
}

async function follow(client: ApiClient, going: GoingObject, signal: AbortSignal): Promise<boolean> {
  const { resource, namespace, name } = going;
  for (;;) {
    const object = await readIfThere(client, going);
    if (!object) return true;
    const watch = client.watch({
      path: resourcePath(resource, namespace),
      query: {
        fieldSelector: `metadata.name=${name}`,
        resourceVersion: object.metadata?.resourceVersion,
        watch: 'true',
      },
      accept: JSON_TYPE,
      signal,
    });
    try {
      for await (const event of watch) {
        if (event.type === 'DELETED') return true;
        if (event.type === 'ERROR') break;
      }
    } catch (error) {
      if (signal.aborted) return false;
      if (!(error instanceof ApiError)) throw error;
    }
    if (signal.aborted) return false;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function readIfThere(
  client: ApiClient,
  { resource, namespace, name, uid }: GoingObject,
): Promise<KubeObject | undefined> {
  try {
    const object = await client.get(resourcePath(resource, namespace, name), undefined, JSON_TYPE);
    return uid && object.metadata?.uid !== uid ? undefined : object;
  } catch (error) {
    if (isNotFound(error) || (error instanceof ApiError && [403, 405].includes(error.httpStatus))) return undefined;
    throw error;
  }
}
