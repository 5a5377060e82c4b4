import { mergeDiscoveries, type Discovery } from '@faktorz/apimachinery';
import { HealthChecks, ServiceHttp } from '@faktorz/service-kit';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { RoutingTable, type ServedResource } from '../routing/routing-table.js';
import { OWNERS, type OwnerAddress } from '../routing/owners.js';
import { OwnerDiscovery } from './owner-discovery.js';

const ASK_AGAIN_MS = 3000;
/** While an owner has not answered at all, the gateway is not ready, and hurries. */
const ASK_FIRST_MS = 100;

/** What all owners serve together, kept up to date by asking each every few seconds. */
@Injectable()
export class DiscoveryBoard implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(DiscoveryBoard.name);
  private readonly owners: readonly OwnerDiscovery[];
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private stopped = false;
  private merged: Discovery = { groups: [] };
  private table = new RoutingTable([]);
  private edition = 0;

  constructor(
    @Inject(OWNERS) owners: readonly OwnerAddress[],
    http: ServiceHttp,
    private readonly health: HealthChecks,
  ) {
    this.owners = owners.map(({ owner, urls }) => new OwnerDiscovery(owner, http.service(owner, urls)));
  }

  /** Everything served, in order of the owners. */
  get discovery(): Discovery {
    return this.merged;
  }

  get routes(): RoutingTable {
    return this.table;
  }

  /** Changes whenever an owner serves something else: what is derived from discovery can be kept as long as this is the same. */
  get version(): number {
    return this.edition;
  }

  onApplicationBootstrap(): void {
    this.health.add('discovery', () => {
      const missing = this.missing();
      if (missing.length > 0) throw new Error(`not yet heard from ${missing.join(', ')}`);
    });
    for (const owner of this.owners) void this.keepAsking(owner);
  }

  onApplicationShutdown(): void {
    this.stopped = true;
    for (const timer of this.timers.values()) clearTimeout(timer);
  }

  /** Owners that have not answered since the start. */
  missing(): string[] {
    return this.owners.filter((owner) => owner.current === undefined).map((owner) => owner.owner);
  }

  private async keepAsking(owner: OwnerDiscovery): Promise<void> {
    try {
      if (await owner.refresh()) this.rebuild();
    } catch (error) {
      this.logger.debug(`${owner.owner}: ${error instanceof Error ? error.message : String(error)}`);
    }
    if (this.stopped) return;
    const timer = setTimeout(() => void this.keepAsking(owner), owner.current ? ASK_AGAIN_MS : ASK_FIRST_MS);
    this.timers.set(owner.owner, timer);
  }

  private rebuild(): void {
    const known = this.owners.flatMap(({ owner, current }) => (current ? [{ owner, current }] : []));
    this.merged = mergeDiscoveries(known.map(({ current }) => current));
    this.table = new RoutingTable(known.map(({ owner, current }) => ({ owner, resources: servedResources(current) })));
    this.edition += 1;
  }
}

function servedResources(discovery: Discovery): ServedResource[] {
  return discovery.groups.flatMap(({ name: group, versions }) =>
    versions.flatMap(({ version, resources }) =>
      resources.map((resource) => ({ group, version, resource: resource.name })),
    ),
  );
}
