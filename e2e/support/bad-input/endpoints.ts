import type { TestSystem } from '@faktorz/testing';

/** A resource or subresource as the system's own discovery announces it. */
export interface Endpoint {
  /** `v1` or `group/version`. */
  groupVersion: string;
  resource: string;
  subresource?: string;
  /** What it reads and writes. */
  kind: string;
  apiVersion: string;
  namespaced: boolean;
  verbs: readonly string[];
}

interface ResourceList {
  groupVersion: string;
  resources: { name: string; kind: string; namespaced: boolean; verbs: string[]; group?: string; version?: string }[];
}

/** Everything the running system says it serves. */
export async function discoverEndpoints(system: TestSystem): Promise<Endpoint[]> {
  const core = await read<{ versions: string[] }>(system, '/api');
  const { groups } = await read<{ groups: { versions: { groupVersion: string }[] }[] }>(system, '/apis');
  const paths = [
    ...core.versions.map((version) => `/api/${version}`),
    ...groups.flatMap(({ versions }) => versions.map(({ groupVersion }) => `/apis/${groupVersion}`)),
  ];
  const lists = await Promise.all(paths.map((path) => read<ResourceList>(system, path)));
  return lists.flatMap(({ groupVersion, resources }) => resources.map((entry) => endpointOf(groupVersion, entry)));
}

function endpointOf(groupVersion: string, entry: ResourceList['resources'][number]): Endpoint {
  const [resource = '', subresource] = entry.name.split('/');
  // A kind of another group or version than the list's says so.
  const [group, version] = groupVersion.includes('/') ? groupVersion.split('/') : ['', groupVersion];
  const own = [entry.group ?? group, entry.version ?? version].filter(Boolean).join('/');
  const { kind, namespaced, verbs } = entry;
  return { groupVersion, resource, ...(subresource && { subresource }), kind, apiVersion: own, namespaced, verbs };
}

/** `/api/v1/namespaces/<namespace>/secrets[/<name>[/<subresource>]]`; the namespace only where there is one. */
export function pathOf(
  { groupVersion, resource, subresource, namespaced }: Endpoint,
  namespace: string,
  name?: string,
): string {
  const root = groupVersion.includes('/') ? `/apis/${groupVersion}` : `/api/${groupVersion}`;
  const collection = namespaced ? `${root}/namespaces/${namespace}/${resource}` : `${root}/${resource}`;
  if (name === undefined) return collection;
  return `${collection}/${name}${subresource === undefined ? '' : `/${subresource}`}`;
}

async function read<T>(system: TestSystem, path: string): Promise<T> {
  const response = await system.request(path);
  if (!response.ok) throw new Error(`GET ${path}: ${response.status}`);
  return (await response.json()) as T;
}
