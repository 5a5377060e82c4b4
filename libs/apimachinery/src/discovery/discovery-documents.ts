import type { DiscoveredGroup, DiscoveredResource, DiscoveredVersion, Discovery } from './discovery.js';

/** `GET /api`. `serverAddress` is host and port as the client reached us. */
export function apiVersions(discovery: Discovery, serverAddress: string): object {
  const core = discovery.groups.find((group) => group.name === '');
  return {
    kind: 'APIVersions',
    versions: core?.versions.map(({ version }) => version) ?? [],
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress }],
  };
}

/** `GET /apis`. */
export function apiGroupList(discovery: Discovery): object {
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: namedGroups(discovery).map(groupEntry) };
}

/** `GET /apis/<group>`. */
export function apiGroup(group: DiscoveredGroup): object {
  return { kind: 'APIGroup', apiVersion: 'v1', ...groupEntry(group) };
}

/** `GET /api/<version>` and `GET /apis/<group>/<version>`. */
export function apiResourceList(group: string, { version, resources }: DiscoveredVersion): object {
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: group === '' ? version : `${group}/${version}`,
    resources: resources.flatMap(resourceEntries),
  };
}

/** The aggregated form of `GET /api` (`isCore`) and `GET /apis`. */
export function aggregatedDiscovery(discovery: Discovery, version: 'v2' | 'v2beta1', isCore: boolean): object {
  const groups = isCore ? discovery.groups.filter((group) => group.name === '') : namedGroups(discovery);
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: `apidiscovery.k8s.io/${version}`,
    metadata: {},
    items: groups.map(({ name, versions }) => ({
      metadata: name === '' ? {} : { name },
      versions: versions.map((served) => ({
        version: served.version,
        resources: served.resources.map(aggregatedResource),
        freshness: 'Current',
      })),
    })),
  };
}

function namedGroups(discovery: Discovery): DiscoveredGroup[] {
  return discovery.groups.filter((group) => group.name !== '');
}

function groupEntry({ name, versions }: DiscoveredGroup): object {
  const entries = versions.map(({ version }) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions: entries, preferredVersion: entries[0] };
}

function resourceEntries(resource: DiscoveredResource): object[] {
  const { subresources, ...entry } = resource;
  return [
    entry,
    ...subresources.map(({ name, kind, group, version, verbs }) => ({
      name: `${resource.name}/${name}`,
      singularName: '',
      namespaced: resource.namespaced,
      ...(group === undefined ? {} : { group }),
      ...(version === undefined ? {} : { version }),
      kind,
      verbs,
    })),
  ];
}

function aggregatedResource(resource: DiscoveredResource): object {
  const { name, kind, singularName, verbs, shortNames, categories, subresources } = resource;
  return {
    resource: name,
    responseKind: { group: '', version: '', kind },
    scope: resource.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: singularName,
    verbs,
    ...(shortNames ? { shortNames } : {}),
    ...(categories ? { categories } : {}),
    ...(subresources.length === 0
      ? {}
      : {
          subresources: subresources.map((subresource) => ({
            subresource: subresource.name,
            responseKind: {
              group: subresource.group ?? '',
              version: subresource.version ?? '',
              kind: subresource.kind,
            },
            verbs: subresource.verbs,
          })),
        }),
  };
}
