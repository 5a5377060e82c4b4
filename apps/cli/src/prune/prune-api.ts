import type { ApiObject, PruneApi, Refusal } from '@faktorz/image-prune';
import type { ApiClient } from '../client/api-client.js';
import { ApiError, isConflict, isNotFound } from '../client/api-error.js';

/** The API server of a kubeconfig, as a prune run uses it. */
export class ServerPruneApi implements PruneApi {
  constructor(private readonly client: ApiClient) {}

  get<T extends ApiObject>(path: string, query?: Record<string, string | undefined>): Promise<T> {
    return this.client.get<T>(path, query);
  }

  async put(path: string, body: ApiObject): Promise<void> {
    await this.client.request({ method: 'PUT', path, body });
  }

  async delete(path: string): Promise<void> {
    await this.client.request({ method: 'DELETE', path });
  }

  refusalOf(error: unknown): Refusal | undefined {
    if (isNotFound(error)) return 'not-found';
    if (isConflict(error)) return 'conflict';
    return error instanceof ApiError && error.httpStatus === 403 ? 'forbidden' : undefined;
  }
}
