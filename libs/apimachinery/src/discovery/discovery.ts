import { createHash } from 'node:crypto';
import type { KubeObject } from '../kube-object.js';
import type { ResourceDefinition, ResourceHandlers } from '../resource-definition.js';

/** A subresource as discovery lists it; group and version only where they differ from the resource's. */
export interface DiscoveredSubresource {
  name: string;
  kind: string;
  group?: string;
  version?: string;
  verbs: string[];
}

/** A resource as discovery lists it. */
export interface DiscoveredResource {
  name: string;
  singularName: string;
  namespaced: boolean;
  kind: string;
  verbs: string[];
  shortNames?: string[];
  categories?: string[];
  storageVersionHash?: string;
  subresources: DiscoveredSubresource[];
}

export interface DiscoveredVersion {
  version: string;
  resources: DiscoveredResource[];
}

/** `name` is empty for the core group; versions in order of preference. */
export interface DiscoveredGroup {
  name: string;
  versions: DiscoveredVersion[];
}

/** All that a server serves: what every form of discovery document is made of. Plain JSON. */
export interface Discovery {
  groups: DiscoveredGroup[];
}

/** What these definitions serve; groups and versions in their order, resources by name. */
export function discoveryOf(definitions: readonly ResourceDefinition[]): Discovery {
  return mergeDiscoveries(
    definitions.map((definition) => ({
      groups: [
        { name: definition.group, versions: [{ version: definition.version, resources: [discovered(definition)] }] },
      ],
    })),
  );
}

/**
 * What several owners serve together. They may share a group-version; a resource that two of them claim is the first
 * one's. Subresources served elsewhere than their resource are joined to it.
 */
export function mergeDiscoveries(parts: readonly Discovery[]): Discovery {
  const groups = new Map<string, Map<string, Map<string, DiscoveredResource>>>();
  for (const { name, versions } of parts.flatMap((part) => part.groups)) {
    const ofGroup = entry(groups, name, () => new Map<string, Map<string, DiscoveredResource>>());
    for (const { version, resources } of versions) {
      const ofVersion = entry(ofGroup, version, () => new Map<string, DiscoveredResource>());
      for (const resource of resources) {
        const known = ofVersion.get(resource.name);
        ofVersion.set(resource.name, known ? joined(known, resource) : resource);
      }
    }
  }
  return {
    groups: [...groups].map(([name, versions]) => ({
      name,
      versions: [...versions].map(([version, resources]) => ({
        version,
        resources: [...resources.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
      })),
    })),
  };
}

/** The verbs a set of handlers serves, sorted as discovery lists them. */
export function verbsOf(handlers: ResourceHandlers<KubeObject>): string[] {
  const verbs: [string, unknown][] = [
    ['create', handlers.create],
    ['delete', handlers.delete],
    ['deletecollection', handlers.deleteCollection],
    ['get', handlers.get],
    ['list', handlers.list ?? handlers.answerToList],
    ['patch', handlers.get && handlers.update],
    ['update', handlers.update],
    ['watch', handlers.changes],
  ];
  return verbs.filter(([, handler]) => handler !== undefined).map(([verb]) => verb);
}

function discovered(definition: ResourceDefinition): DiscoveredResource {
  const { group, version, kind, shortNames, categories } = definition;
  return {
    name: definition.plural,
    singularName: definition.singular,
    namespaced: definition.namespaced,
    kind,
    verbs: verbsOf(definition.handlers),
    ...(shortNames?.length ? { shortNames: [...shortNames] } : {}),
    ...(categories?.length ? { categories: [...categories] } : {}),
    ...(definition.stored ? { storageVersionHash: storageVersionHash(group, version, kind) } : {}),
    subresources: (definition.subresources ?? [])
      .map((subresource) => ({
        name: subresource.name,
        kind: subresource.kind,
        ...(subresource.group !== undefined && subresource.group !== group ? { group: subresource.group } : {}),
        ...(subresource.version !== undefined &&
        (subresource.version !== version || (subresource.group ?? group) !== group)
          ? { version: subresource.version }
          : {}),
        verbs: verbsOf(subresource.handlers),
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

function storageVersionHash(group: string, version: string, kind: string): string {
  return createHash('sha256').update(`${group}/${version}/${kind}`).digest().subarray(0, 8).toString('base64');
}

function joined(first: DiscoveredResource, second: DiscoveredResource): DiscoveredResource {
  const known = new Set(first.subresources.map((subresource) => subresource.name));
  const added = second.subresources.filter((subresource) => !known.has(subresource.name));
  const subresources = [...first.subresources, ...added].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { ...first, subresources };
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
