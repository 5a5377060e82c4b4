import type { ApiClient } from '../client/api-client.js';
import { ApiError } from '../client/api-error.js';
import { IMAGE_STREAMS } from '../client/known-resources.js';
import type { KubeList } from '../client/kube-object.js';
import { resourcePath } from '../client/resource-path.js';
import type { ImageStream } from './image-stream.js';

export interface RegistryHosts {
  internal: string;
  /** '' where the registry has no public name. */
  public: string;
}

/**
 * Where the integrated registry is, as the first stream tells that can be seen: of the current project, else of
 * `openshift`. Undefined when there is none.
 */
export async function findRegistryHosts(client: ApiClient, namespace: string): Promise<RegistryHosts | undefined> {
  for (const place of [namespace, 'openshift']) {
    try {
      const list = await client.get<KubeList>(resourcePath(IMAGE_STREAMS, place));
      const [stream] = (list.items ?? []) as ImageStream[];
      if (stream)
        return {
          internal: hostOf(stream.status?.dockerImageRepository),
          public: hostOf(stream.status?.publicDockerImageRepository),
        };
    } catch (error) {
      if (!(error instanceof ApiError) || error.httpStatus === 401) throw error;
    }
  }
  return undefined;
}

function hostOf(repository: string | undefined): string {
  return repository?.split('/')[0] ?? '';
}
