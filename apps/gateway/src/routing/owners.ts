import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { GatewayConfig } from '../gateway.config.js';
import { Upstream } from './upstream.js';

/** Nest token of the services behind this door. */
export const OWNERS = Symbol('Owners');

export interface OwnerAddress {
  owner: string;
  urls: readonly string[];
}

const CUT_AFTER_MS = 2000;

/** The services behind this door. Their order is the order of their groups in discovery. */
export function ownersOf(config: GatewayConfig): OwnerAddress[] {
  return [
    { owner: 'auth', urls: config.FAKTORZ_AUTH_URL },
    { owner: 'tag-tracker', urls: config.FAKTORZ_TAG_TRACKER_URL },
    { owner: 'importer', urls: config.FAKTORZ_IMPORTER_URL },
    { owner: 'trigger-dispatcher', urls: config.FAKTORZ_TRIGGER_DISPATCHER_URL },
    { owner: 'workloads', urls: config.FAKTORZ_WORKLOADS_URL },
    { owner: 'registry', urls: config.FAKTORZ_REGISTRY_URL },
  ];
}

/** Connections to the services behind this door. */
@Injectable()
export class Upstreams implements OnApplicationShutdown {
  private readonly byOwner: ReadonlyMap<string, Upstream>;

  constructor(@Inject(OWNERS) owners: readonly OwnerAddress[]) {
    this.byOwner = new Map(owners.map(({ owner, urls }) => [owner, new Upstream(owner, urls)]));
  }

  of(owner: string): Upstream {
    const upstream = this.byOwner.get(owner);
    if (upstream === undefined) throw new Error(`no address of ${owner} is configured`);
    return upstream;
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.byOwner.values()].map((upstream) => upstream.close(CUT_AFTER_MS)));
  }
}
