import type { ChangeProgress, ListPage, ObjectChange } from '@faktorz/apimachinery';
import { MASTERS_GROUP, type Identity } from '@faktorz/domain';
import type { AccessIndex } from '../access/access-index.js';
import { maySeeNamespace } from '../access/access-of.js';
import { shown } from '../namespace/namespace.resource.js';
import type { Namespace } from '../namespace/namespace.js';
import type { AuthStorages } from '../storage/auth-storages.js';
import { projectOf, type Project } from './project.js';

/** A page of namespaces as projects, those left out that the caller may not `get`. */
export function visiblePage(page: ListPage<Namespace>, index: AccessIndex, identity: Identity): ListPage<Project> {
  return {
    position: page.position,
    items: visibleItems(page.items, index, identity),
    rest: () => withoutCount(page.rest(), identity),
  };
}

async function* visibleItems(
  items: AsyncIterable<Namespace>,
  index: AccessIndex,
  identity: Identity,
): AsyncGenerator<Project> {
  for await (const namespace of items) {
    if (maySeeNamespace(index, identity, namespace.metadata.name)) yield projectOf(namespace);
  }
}

/** How many more there are is known only to those who see all. */
function withoutCount(
  rest: ReturnType<ListPage<Namespace>['rest']>,
  { groups }: Identity,
): ReturnType<ListPage<Project>['rest']> {
  return groups.includes(MASTERS_GROUP) ? rest : { ...(rest.next && { next: rest.next }) };
}

/** Changes of the projects a caller may see; `before` are those visible when the watch begins. */
export async function* visibleChanges(
  changes: AsyncIterable<ObjectChange<Namespace> | ChangeProgress>,
  index: AccessIndex,
  identity: Identity,
  before: readonly string[],
): AsyncGenerator<ObjectChange<Project> | ChangeProgress> {
  const seen = new Set(before); // a project goes together with the right to see it: its end is told to those who saw it
  for await (const change of changes) {
    if (change.type === 'PROGRESS') {
      yield change;
      continue;
    }
    const { name } = change.object.metadata;
    const isVisible = maySeeNamespace(index, identity, name);
    if (isVisible || (change.type === 'DELETED' && seen.has(name))) {
      if (isVisible) seen.add(name);
      const { previous, object, ...rest } = change;
      yield { ...rest, object: projectOf(shown(object)), ...(previous && { previous: projectOf(shown(previous)) }) };
    }
  }
}

/** Names of the projects a caller may see now; of those who may see all it is not asked. */
export async function visibleNames(
  { namespaces }: AuthStorages,
  index: AccessIndex,
  identity: Identity,
): Promise<string[]> {
  if (identity.groups.includes(MASTERS_GROUP)) return [];
  const { items } = await namespaces.list({});
  const names: string[] = [];
  for await (const { metadata } of items)
    if (maySeeNamespace(index, identity, metadata.name)) names.push(metadata.name);
  return names;
}
