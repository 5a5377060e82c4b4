import type { KubeObject } from '../kube-object.js';
import type { RequestContext, StoredResourceStrategy } from '../resource-definition.js';
import { notFound } from '../status/errors.js';
import type { ObjectKey, ResourceStorage } from '../storage.js';

/** What of a resource's definition its stored objects need. */
export interface StoredResourceFacts {
  group: string;
  plural: string;
  kind: string;
  version: string;
  namespaced: boolean;
}

/** A stored resource as its verbs see it. */
export interface Stored<T extends KubeObject> {
  readonly storage: ResourceStorage<T>;
  readonly strategy: StoredResourceStrategy<T>;
  readonly about: StoredResourceFacts;
}

/** The object a request names. */
export function keyOf(context: RequestContext): ObjectKey {
  return context.namespace === undefined
    ? { name: context.name ?? '' }
    : { namespace: context.namespace, name: context.name ?? '' };
}

/** The object as stored; throws NotFound. */
export async function existing<T extends KubeObject>({ storage, about }: Stored<T>, key: ObjectKey): Promise<T> {
  const object = await storage.get(key);
  if (object === undefined) throw notFound(about.plural, about.group, key.name);
  return object;
}

/** The object, to be shown only; throws NotFound. */
export async function existingShared<T extends KubeObject>({ storage, about }: Stored<T>, key: ObjectKey): Promise<T> {
  const object = await storage.getShared!(key);
  if (object === undefined) throw notFound(about.plural, about.group, key.name);
  return object;
}

/** The object as it goes out, with its computed fields. */
export function decorated<T extends KubeObject>({ strategy }: Stored<T>, object: T): T {
  strategy.decorate?.(object);
  return object;
}
