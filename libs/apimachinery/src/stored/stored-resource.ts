import type { KubeObject } from '../kube-object.js';
import type { ResourceHandlers, StoredResourceStrategy } from '../resource-definition.js';
import type { ChangeProgress, ChangesQuery, ListPage, ListQuery, ObjectChange, ResourceStorage } from '../storage.js';
import { createObject } from './create-object.js';
import { deleteCollection, deleteObject } from './delete-object.js';
import { decorated, existing, existingShared, keyOf, type Stored, type StoredResourceFacts } from './stored.js';
import { updateObject } from './update-object.js';

/** The handlers of a stored resource: all there are. */
export type StoredHandlers<T extends KubeObject> = Required<
  Omit<ResourceHandlers<T>, 'answerToList' | 'getShared' | 'getToPatch'>
> &
  Pick<ResourceHandlers<T>, 'getShared'>;

/** So many recent changes are kept for other watchers that are about to ask for them. */
const SHARED_CHANGES = 32;

/** Makes the full Kubernetes behaviour of a stored resource out of a strategy and a storage: all verbs but patch, which the engine adds. */
export function storedResource<T extends KubeObject>(
  storage: ResourceStorage<T>,
  strategy: StoredResourceStrategy<T>,
  about: StoredResourceFacts,
): StoredHandlers<T> {
  const stored: Stored<T> = { storage, strategy, about };
  const shared = new Map<bigint, T>();
  return {
    get: async (context) => decorated(stored, await existing(stored, keyOf(context))),
    ...(storage.getShared && { getShared: (context) => existingShared(stored, keyOf(context)) }),
    list: async (query) => decoratedPage(stored, await storage.list(query)),
    changes: (query, context) => decoratedChanges(stored, shared, query, context.signal),
    create: (object, context) => createObject(stored, object, context),
    update: (object, context) => updateObject(stored, object, context),
    delete: (options, context) => deleteObject(stored, keyOf(context), options, context),
    deleteCollection: (query: ListQuery, options, context) => deleteCollection(stored, query, options, context),
  };
}

function decoratedPage<T extends KubeObject>(stored: Stored<T>, page: ListPage<T>): ListPage<T> {
  if (!stored.strategy.decorate) return page;
  return { position: page.position, items: decoratedItems(stored, page.items), rest: () => page.rest() };
}

async function* decoratedItems<T extends KubeObject>(stored: Stored<T>, items: AsyncIterable<T>): AsyncGenerator<T> {
  for await (const item of items) yield decorated(stored, item);
}

/** The storage's changes; watchers of one process get one and the same object for one change, so that it is encoded once. */
async function* decoratedChanges<T extends KubeObject>(
  stored: Stored<T>,
  shared: Map<bigint, T>,
  query: ChangesQuery,
  signal: AbortSignal,
): AsyncGenerator<ObjectChange<T> | ChangeProgress> {
  for await (const change of stored.storage.changes(query, signal)) {
    if (change.type === 'PROGRESS') {
      yield change;
      continue;
    }
    let object = shared.get(change.position);
    if (object === undefined || object.metadata.uid !== change.object.metadata.uid) {
      object = decorated(stored, change.object);
      shared.set(change.position, object);
      if (shared.size > SHARED_CHANGES) shared.delete(shared.keys().next().value!);
    }
    yield {
      ...change,
      object,
      ...(change.previous === undefined ? {} : { previous: decorated(stored, change.previous) }),
    };
  }
}
