import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { IDENTITY_HEADER, ServiceIdentity } from '@faktorz/service-kit';
import { BalancedPool, type Dispatcher } from 'undici';
import { AUTH_URLS, WORKLOADS_URLS } from '../trigger-dispatcher.tokens.js';
import type { ClusterClient } from './cluster-client.js';
import { type ApiAccess, KubernetesApi } from './kubernetes-api.js';
import { KubernetesClusterClient } from './kubernetes-cluster-client.js';

/** Name of our own store among the clusters. */
export const OWN_STORE = '';

const CONNECT_TIMEOUT_MS = 2_000;
const KEEP_ALIVE_MS = 20_000;

/** The workloads kept by FaktorZ itself: one more Kubernetes API, spoken to as this service. */
@Injectable()
export class OwnStore implements OnApplicationShutdown {
  readonly client: ClusterClient;
  private readonly pools: Dispatcher[] = [];

  constructor(
    private readonly identity: ServiceIdentity,
    @Inject(WORKLOADS_URLS) workloads: readonly string[],
    @Inject(AUTH_URLS) auth: readonly string[],
  ) {
    this.client = new KubernetesClusterClient(OWN_STORE, this.api('workloads', workloads), {
      events: this.api('auth', auth),
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.pools.map((pool) => pool.destroy()));
  }

  private api(service: string, urls: readonly string[]): KubernetesApi {
    const pool = new BalancedPool([...urls], {
      connect: { timeout: CONNECT_TIMEOUT_MS },
      keepAliveTimeout: KEEP_ALIVE_MS,
    });
    this.pools.push(pool);
    const access: ApiAccess = {
      dispatcher: pool,
      getCurrentCluster: () => ({ server: `http://${service}` }),
      applySecurityAuthentication: async (context) => {
        context.setHeaderParam(IDENTITY_HEADER, await this.identity.signOwn(service));
        context.setDispatcher(pool);
      },
    };
    return new KubernetesApi(OWN_STORE, access, urls.length);
  }
}
