import type { KubeObject } from './kube-object.js';

/** One resource the server serves. */
export interface ApiResource {
  group: string;
  version: string;
  kind: string;
  plural: string;
  singular: string;
  shortNames: readonly string[];
  categories: readonly string[];
  namespaced: boolean;
  verbs: readonly string[];
  subresources: readonly string[];
}

interface AggregatedGroup {
  metadata?: { name?: string };
  versions?: { version: string; resources?: AggregatedResource[] }[];
}

interface AggregatedResource {
  resource: string;
  responseKind?: { kind: string };
  scope: string;
  singularResource?: string;
  verbs: string[];
  shortNames?: string[];
  categories?: string[];
  subresources?: { subresource: string }[];
}

/** Resources of an APIGroupDiscoveryList (`apidiscovery.k8s.io/v2`). */
export function fromAggregated(list: KubeObject): ApiResource[] {
  return (list.items as AggregatedGroup[]).flatMap((group) =>
    (group.versions ?? []).flatMap(({ version, resources }) =>
      (resources ?? [])
        .filter((resource) => resource.responseKind?.kind)
        .map((resource) => ({
          group: group.metadata?.name ?? '',
          version,
          kind: resource.responseKind?.kind ?? '',
          plural: resource.resource,
          singular: resource.singularResource || (resource.responseKind?.kind ?? '').toLowerCase(),
          shortNames: resource.shortNames ?? [],
          categories: resource.categories ?? [],
          namespaced: resource.scope === 'Namespaced',
          verbs: resource.verbs,
          subresources: (resource.subresources ?? []).map(({ subresource }) => subresource),
        })),
    ),
  );
}

interface ListedResource {
  name: string;
  singularName?: string;
  kind: string;
  namespaced: boolean;
  verbs: string[];
  shortNames?: string[];
  categories?: string[];
}

/** Resources of a classic APIResourceList. */
export function fromResourceList(list: KubeObject): ApiResource[] {
  const [version = '', group = ''] = String(list.groupVersion).split('/').reverse();
  const resources = (list.resources ?? []) as ListedResource[];
  return resources
    .filter((resource) => !resource.name.includes('/'))
    .map((resource) => ({
      group,
      version,
      kind: resource.kind,
      plural: resource.name,
      singular: resource.singularName || resource.kind.toLowerCase(),
      shortNames: resource.shortNames ?? [],
      categories: resource.categories ?? [],
      namespaced: resource.namespaced,
      verbs: resource.verbs,
      subresources: resources
        .filter((other) => other.name.startsWith(`${resource.name}/`))
        .map((other) => other.name.slice(resource.name.length + 1)),
    }));
}
