import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Pool } from 'undici';
import { ServiceIdentity } from '../identity/service-identity.js';
import { ServiceClient } from './service-client.js';

const CONNECTIONS_PER_SERVICE = 32;
const CONNECT_TIMEOUT_MS = 2_000;
const KEEP_ALIVE_MS = 20_000;

/** HTTP to the other services, with kept-alive connections and this service's own signed identity. */
@Injectable()
export class ServiceHttp implements OnApplicationShutdown {
  private readonly pools = new Map<string, Pool>();

  constructor(private readonly identity: ServiceIdentity) {}

  /** A client of the service `audience` at one or several base URLs (replicas take turns; an unreachable one is skipped). */
  service(audience: string, urls: string | readonly string[]): ServiceClient {
    const list = (typeof urls === 'string' ? urls.split(',') : urls).map((url) => url.trim());
    return new ServiceClient(
      audience,
      list.map((url) => ({
        pool: this.poolOf(new URL(url).origin),
        basePath: new URL(url).pathname.replace(/\/+$/, ''),
      })),
      () => this.identity.signOwn(audience),
    );
  }

  /** Closes all connections; requests still under way fail. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.pools.values()].map((pool) => pool.destroy()));
  }

  private poolOf(origin: string): Pool {
    let pool = this.pools.get(origin);
    if (!pool) {
      pool = new Pool(origin, {
        connections: CONNECTIONS_PER_SERVICE,
        connect: { timeout: CONNECT_TIMEOUT_MS },
        keepAliveTimeout: KEEP_ALIVE_MS,
        headersTimeout: 0,
        bodyTimeout: 0,
      });
      this.pools.set(origin, pool);
    }
    return pool;
  }
}
