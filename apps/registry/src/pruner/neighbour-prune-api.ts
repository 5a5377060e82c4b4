import { ApiError } from '@faktorz/apimachinery';
import type { ApiObject, PruneApi, Refusal } from '@faktorz/image-prune';
import { type ServiceClient, ServiceHttp } from '@faktorz/service-kit';
import { Inject, Injectable } from '@nestjs/common';
import type { RegistryConfig } from '../registry.config.js';
import { REGISTRY_CONFIG } from '../registry.tokens.js';

const TIMEOUT_MS = 60_000;
const REFUSALS: Readonly<Record<string, Refusal>> = {
  Forbidden: 'forbidden',
  NotFound: 'not-found',
  Conflict: 'conflict',
};

/** The API of the services that own what a run looks at, spoken to as this service. */
@Injectable()
export class NeighbourPruneApi implements PruneApi {
  private readonly auth: ServiceClient;
  private readonly tagTracker: ServiceClient;
  private readonly workloads: ServiceClient;

  constructor(http: ServiceHttp, @Inject(REGISTRY_CONFIG) config: RegistryConfig) {
    this.auth = http.service('auth', config.FAKTORZ_AUTH_URL);
    this.tagTracker = http.service('tag-tracker', config.FAKTORZ_TAG_TRACKER_URL);
    this.workloads = http.service('workloads', config.FAKTORZ_WORKLOADS_URL);
  }

  get<T extends ApiObject>(path: string, query: Record<string, string | undefined> = {}): Promise<T> {
    const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const search = given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
    return this.ownerOf(path).getJson<T>(`${path}${search}`, { timeoutMs: TIMEOUT_MS });
  }

  async put(path: string, body: ApiObject): Promise<void> {
    await this.ownerOf(path).json({ method: 'PUT', path, body, timeoutMs: TIMEOUT_MS });
  }

  async delete(path: string): Promise<void> {
    await this.ownerOf(path).json({ method: 'DELETE', path, timeoutMs: TIMEOUT_MS });
  }

  refusalOf(error: unknown): Refusal | undefined {
    return error instanceof ApiError && error.reason ? REFUSALS[error.reason] : undefined;
  }

  private ownerOf(path: string): ServiceClient {
    if (path.startsWith('/apis/image.openshift.io/')) return this.tagTracker;
    return path === '/api/v1/limitranges' ? this.auth : this.workloads;
  }
}
