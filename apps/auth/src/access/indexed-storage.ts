import type { KubeObject, ResourceStorage } from '@faktorz/apimachinery';
import type { AccessIndex, AccessKind } from './access-index.js';
import type { ClusterRole, Role, RoleBinding } from './rbac.js';

/** A storage of roles or bindings whose writes hold in this process at once, before the log tells of them. */
export function indexedStorage<T extends KubeObject & (Role | ClusterRole | RoleBinding)>(
  kind: AccessKind,
  storage: ResourceStorage<T>,
  index: AccessIndex,
): ResourceStorage<T> {
  const noted = (object: T): T => {
    index.put(kind, structuredClone(object));
    return object;
  };
  return {
    get: (key) => storage.get(key),
    list: (query) => storage.list(query),
    changes: (query, signal) => storage.changes(query, signal),
    head: () => storage.head(),
    create: async (object, context) => noted(await storage.create(object, context)),
    update: async (object, context) => noted(await storage.update(object, context)),
    delete: async (key, version, context) => {
      const deleted = await storage.delete(key, version, context);
      index.remove(kind, key.namespace, key.name);
      return deleted;
    },
  };
}
