import type { ApiClient } from './api-client.js';
import { ApiError, isNotFound } from './api-error.js';
import { type ApiResource, fromAggregated, fromResourceList } from './discovery-documents.js';
import type { KubeObject } from './kube-object.js';
import { DISCOVERY_ACCEPT, JSON_TYPE } from './media-types.js';
import { CommandError } from '../errors.js';

export type { ApiResource } from './discovery-documents.js';

interface Group {
  name: string;
  versions: { groupVersion: string; version: string }[];
  preferredVersion?: { version: string };
}

/** What the server serves, in its order of preference, and how words on the command line name it. */
export class Discovery {
  constructor(
    readonly resources: readonly ApiResource[],
    /** Every group version, preferred first within its group. */
    readonly groupVersions: readonly string[],
  ) {}

  static async read(client: ApiClient): Promise<Discovery> {
    const [core, groups] = await Promise.all([readRoot(client, '/api'), readRoot(client, '/apis')]);
    const parts = await Promise.all([readGroups(client, core, '/api'), readGroups(client, groups, '/apis')]);
    const resources = parts.flat();
    return new Discovery(resources, [...groupVersionsOf(core), ...groupVersionsOf(groups)]);
  }

  /** The resource a word names (`is`, `ImageStream`, `imagestreams.image.openshift.io`), or undefined. */
  find(word: string): ApiResource | undefined {
    const [name = '', ...suffix] = word.toLowerCase().split('.');
    const candidates = this.resources.filter((resource) => matchesSuffix(resource, suffix.join('.')));
    return (
      candidates.find((resource) => resource.plural === name) ??
      candidates.find((resource) => resource.singular === name || resource.kind.toLowerCase() === name) ??
      candidates.find((resource) => resource.shortNames.includes(name))
    );
  }

  /** Like `find`, but refuses unknown words; categories such as `all` give several resources. */
  resolve(word: string): ApiResource[] {
    const found = this.find(word);
    if (found) return [found];
    const category = this.resources.filter(
      (resource) => resource.categories.includes(word) && resource.verbs.includes('list'),
    );
    if (category.length > 0) return distinct(category);
    throw new UnknownResource(word);
  }

  one(word: string): ApiResource {
    const found = this.find(word);
    if (!found) throw new UnknownResource(word);
    return found;
  }

  /** The resource that holds objects of this kind; undefined when the server has none. */
  forKind(apiVersion: string, kind: string): ApiResource | undefined {
    return this.resources.find((resource) => apiVersionOf(resource) === apiVersion && resource.kind === kind);
  }
}

export class UnknownResource extends CommandError {
  constructor(readonly word: string) {
    super(`the server doesn't have a resource type "${word.split('.')[0]}"`);
  }
}

export function apiVersionOf(resource: { group: string; version: string }): string {
  return resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
}

/** `imagestream.image.openshift.io`, as messages name kinds. */
export function kindWithGroup(resource: { singular: string; group: string }): string {
  return resource.group === '' ? resource.singular : `${resource.singular}.${resource.group}`;
}

export function pluralWithGroup(resource: { plural: string; group: string }): string {
  return resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`;
}

function matchesSuffix(resource: ApiResource, suffix: string): boolean {
  if (suffix === '') return true;
  return [
    resource.group,
    `${resource.version}.${resource.group}`,
    resource.group === '' ? resource.version : '',
  ].includes(suffix);
}

function distinct(resources: readonly ApiResource[]): ApiResource[] {
  return [...new Map(resources.map((resource) => [`${resource.group}/${resource.plural}`, resource])).values()];
}

async function readRoot(client: ApiClient, path: string): Promise<KubeObject> {
  try {
    return await client.get(path, undefined, DISCOVERY_ACCEPT);
  } catch (error) {
    if (isNotFound(error)) return {};
    throw error;
  }
}

function groupVersionsOf(root: KubeObject): string[] {
  if (root.kind === 'APIGroupDiscoveryList') {
    return (root.items as { metadata?: { name?: string }; versions?: { version: string }[] }[]).flatMap((group) =>
      (group.versions ?? []).map(({ version }) => apiVersionOf({ group: group.metadata?.name ?? '', version })),
    );
  }
  if (root.kind === 'APIVersions') return root.versions as string[];
  return ((root.groups as Group[] | undefined) ?? []).flatMap((group) => group.versions.map((one) => one.groupVersion));
}

async function readGroups(client: ApiClient, root: KubeObject, path: string): Promise<ApiResource[]> {
  if (root.kind === 'APIGroupDiscoveryList') return fromAggregated(root);
  const lists = await Promise.all(
    groupVersionsOf(root).map((groupVersion) => readGroupVersion(client, `${path}/${groupVersion}`)),
  );
  return lists.flat();
}

/** One group that is down does not take the others with it. */
async function readGroupVersion(client: ApiClient, path: string): Promise<ApiResource[]> {
  try {
    return fromResourceList(await client.get(path, undefined, JSON_TYPE));
  } catch (error) {
    if (error instanceof ApiError && error.httpStatus !== 401) return [];
    throw error;
  }
}
