import type { KubeObject } from '../kube-object.js';
import type { DeleteOptions, RequestContext } from '../resource-definition.js';
import { ApiError } from '../status/api-error.js';
import { conflict } from '../status/errors.js';
import type { ListQuery, ObjectKey } from '../storage.js';
import { decorated, existing, type Stored } from './stored.js';

/** A delete without preconditions goes on although others write in between; so often. */
const ATTEMPTS = 10;

/** The finalizers that a garbage collector works off. */
const DEPENDENTS_FINALIZERS = { Foreground: 'foregroundDeletion', Orphan: 'orphan', Background: undefined } as const;

/**
 * Deletes an object, or, if finalizers hold it, marks it as being deleted. Returns its last state: one with a
 * `deletionTimestamp` is still there. Throws NotFound, and Conflict where a precondition does not hold.
 */
export async function deleteObject<T extends KubeObject>(
  stored: Stored<T>,
  key: ObjectKey,
  options: DeleteOptions,
  context: RequestContext,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return decorated(stored, await deleteOnce(stored, key, options, context));
    } catch (error) {
      const isOvertaken = error instanceof ApiError && error.reason === 'Conflict';
      if (!isOvertaken || isConditional(options) || attempt === ATTEMPTS) throw error;
    }
  }
}

/** Deletes all objects a query finds, one after the other; those that others delete meanwhile are passed over. */
export async function deleteCollection<T extends KubeObject>(
  stored: Stored<T>,
  query: ListQuery,
  options: DeleteOptions,
  context: RequestContext,
): Promise<object> {
  const { group, version, kind } = stored.about;
  const page = await stored.storage.list(query);
  const items: object[] = [];
  for await (const { metadata } of page.items) {
    try {
      const {
        apiVersion: _apiVersion,
        kind: _kind,
        ...deleted
      } = await deleteObject(
        stored,
        { name: metadata.name, ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }) },
        options,
        context,
      );
      items.push(deleted);
    } catch (error) {
      if (!(error instanceof ApiError && error.reason === 'NotFound')) throw error;
    }
  }
  return {
    kind: `${kind}List`,
    apiVersion: group === '' ? version : `${group}/${version}`,
    metadata: { resourceVersion: page.position.toString() },
    items,
  };
}

async function deleteOnce<T extends KubeObject>(
  stored: Stored<T>,
  key: ObjectKey,
  options: DeleteOptions,
  context: RequestContext,
): Promise<T> {
  const object = await existing(stored, key);
  checkPreconditions(stored, object, options);
  const finalizers = finalizersOf(stored, object, options);
  const writer = { user: context.identity.user, requestId: context.requestId };
  if (finalizers.length === 0) {
    if (context.dryRun) return object;
    const gone = await stored.storage.delete(key, object.metadata.resourceVersion!, writer);
    return withoutDeletion(gone);
  }
  if (object.metadata.deletionTimestamp && finalizers.length === (object.metadata.finalizers ?? []).length)
    return object;
  const marked = structuredClone(object);
  marked.metadata.finalizers = finalizers;
  markAsDeleted(marked);
  return context.dryRun ? marked : stored.storage.update(marked, writer);
}

function checkPreconditions<T extends KubeObject>(
  { about }: Stored<T>,
  { metadata }: T,
  { preconditions }: DeleteOptions,
): void {
  const { uid, resourceVersion } = preconditions ?? {};
  // Kubernetes names the kind here, where all other conflicts name the resource.
  const refuse = (what: string, sent: string, found: string | undefined, why: string): Error => {
    const detail = `the ${what} in the precondition (${sent}) does not match the ${what} in record (${found}). ${why}`;
    return conflict(about.kind, about.group, metadata.name, detail);
  };
  if (uid !== undefined && uid !== metadata.uid) {
    throw refuse('UID', uid, metadata.uid, 'The object might have been deleted and then recreated');
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    const why = 'The object might have been modified';
    throw refuse('ResourceVersion', resourceVersion, metadata.resourceVersion, why);
  }
}

/** The finalizers after this delete: how dependents are to be treated is itself a finalizer, where something works it off. */
function finalizersOf<T extends KubeObject>(
  { strategy }: Stored<T>,
  { metadata }: T,
  { propagationPolicy }: DeleteOptions,
): string[] {
  const finalizers = metadata.finalizers ?? [];
  if (!strategy.garbageCollected || propagationPolicy === undefined) return finalizers;
  const wanted = DEPENDENTS_FINALIZERS[propagationPolicy];
  const others = finalizers.filter((name) => name !== 'foregroundDeletion' && name !== 'orphan');
  return wanted === undefined ? others : [...others, wanted];
}

function markAsDeleted({ metadata }: KubeObject): void {
  if (metadata.deletionTimestamp) return;
  metadata.deletionTimestamp = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  metadata.deletionGracePeriodSeconds = 0;
  if (metadata.generation) metadata.generation += 1;
}

/** An object that is gone shows no time of deletion: that is how callers tell it from one that finalizers hold. */
function withoutDeletion<T extends KubeObject>(object: T): T {
  if (!object.metadata.deletionTimestamp) return object;
  const { deletionTimestamp: _time, deletionGracePeriodSeconds: _grace, ...metadata } = object.metadata;
  return { ...object, metadata };
}

function isConditional({ preconditions }: DeleteOptions): boolean {
  return preconditions?.resourceVersion !== undefined;
}
