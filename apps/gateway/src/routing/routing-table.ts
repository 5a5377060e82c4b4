/** One resource as an owner's discovery announces it. */
export interface ServedResource {
  group: string;
  version: string;
  resource: string;
}

/** What one service says it serves. */
export interface OwnerResources {
  owner: string;
  resources: readonly ServedResource[];
}

/** Who serves a request: an owner, nobody though the group is served, or a group nobody serves. */
export type Route = { owner: string } | 'unknown-resource' | 'unknown-group';

/** Which service serves which resource, learnt from the services themselves. A group may be split between several by resource. */
export class RoutingTable {
  private readonly ownerOf = new Map<string, Map<string, string>>();

  /** The first owner in the list that announces a resource serves it. */
  constructor(owners: readonly OwnerResources[]) {
    for (const { owner, resources } of owners) {
      for (const { group, version, resource } of resources) this.add(`${group}/${version}`, resource, owner);
    }
  }

  find(group: string, version: string, resource: string): Route {
    const resources = this.ownerOf.get(`${group}/${version}`);
    if (!resources) return 'unknown-group';
    const owner = resources.get(resource);
    return owner === undefined ? 'unknown-resource' : { owner };
  }

  private add(groupVersion: string, resource: string, owner: string): void {
    const resources = this.ownerOf.get(groupVersion) ?? new Map<string, string>();
    if (!resources.has(resource)) resources.set(resource, owner);
    this.ownerOf.set(groupVersion, resources);
  }
}
