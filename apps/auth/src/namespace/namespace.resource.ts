import {
  coreSchemas,
  dnsLabelProblems,
  nameColumn,
  newFinalizerErrors,
  type ObjectKey,
  type RequestContext,
  type ResourceDefinition,
  type ResourceStorage,
  type StoredResourceStrategy,
} from '@faktorz/apimachinery';
import { ageColumn, textColumn } from '../schema/columns.js';
import { storedDefinition, storedHandlers } from '../schema/stored-definition.js';
import type { NamespaceLifecycle } from './namespace-lifecycle.js';
import {
  defaultNamespace,
  prepareNamespaceUpdate,
  showPhase,
  storedNewNamespace,
  validateFinalizers,
  type Namespace,
} from './namespace.js';

/** Name of the schema of namespaces in `coreSchemas`. */
export const NAMESPACE_SCHEMA = 'io.k8s.api.core.v1.Namespace';
const ABOUT = { group: '', plural: 'namespaces', kind: 'Namespace', namespaced: false } as const;

export const namespaceStrategy: StoredResourceStrategy<Namespace> = {
  default: defaultNamespace,
  prepareForUpdate: prepareNamespaceUpdate,
  validate: validateFinalizers,
  validateName: dnsLabelProblems,
  decorate: showPhase,
};

/** `/status` changes conditions, `/finalize` finalizers, and nothing else. */
const statusStrategy: StoredResourceStrategy<Namespace> = {
  ...namespaceStrategy,
  prepareForUpdate: (namespace, old) => {
    namespace.spec = old.spec;
    namespace.metadata = { ...old.metadata, managedFields: namespace.metadata.managedFields };
  },
};
const finalizeStrategy: StoredResourceStrategy<Namespace> = {
  ...namespaceStrategy,
  prepareForUpdate: (namespace, old) => {
    namespace.status = old.status;
    namespace.metadata = { ...old.metadata, managedFields: namespace.metadata.managedFields };
  },
};

/** core/v1 namespaces. Deleting one begins its removal; see `NamespaceLifecycle`. */
export function namespaceResource(
  storage: ResourceStorage<Namespace>,
  lifecycle: NamespaceLifecycle,
): ResourceDefinition {
  const updates = (strategy: StoredResourceStrategy<Namespace>) => updateHandler(storage, strategy);
  const { get } = storedHandlers({ storage, strategy: namespaceStrategy, ...ABOUT });
  return storedDefinition<Namespace>({
    ...ABOUT,
    singular: 'namespace',
    shortNames: ['ns'],
    schema: NAMESPACE_SCHEMA,
    schemas: coreSchemas,
    storage: newNamespaces(storage),
    strategy: namespaceStrategy,
    fields: { 'status.phase': phaseOf },
    columns: [nameColumn, textColumn('Status', 'Whether the namespace is in use or going.', phaseOf), ageColumn],
    handlers: {
      update: updates(namespaceStrategy),
      delete: async (options, context) => {
        const namespace = await lifecycle.begin(context.name!, options, writerOf(context), context.dryRun);
        return { status: 200, body: shown(namespace) };
      },
      deleteCollection: undefined,
    },
    subresources: [
      {
        name: 'status',
        kind: 'Namespace',
        schema: NAMESPACE_SCHEMA,
        handlers: { get, update: updates(statusStrategy) },
      },
      {
        name: 'finalize',
        kind: 'Namespace',
        schema: NAMESPACE_SCHEMA,
        handlers: { update: updates(finalizeStrategy) },
      },
    ] as unknown as ResourceDefinition<Namespace>['subresources'],
  });
}

export const phaseOf = (namespace: Namespace): 'Active' | 'Terminating' =>
  namespace.metadata.deletionTimestamp === undefined ? 'Active' : 'Terminating';

/** The storage as creations see it. */
export function newNamespaces(storage: ResourceStorage<Namespace>): ResourceStorage<Namespace> {
  return viewOf(storage, { create: (namespace, context) => storage.create(storedNewNamespace(namespace), context) });
}

/**
 * An update of a stored object in deletion would remove it as soon as no finalizer of its metadata is left; a namespace
 * goes when its content has gone. So the engine does not see the time of deletion, which is put back when storing.
 */
export function updateHandler(storage: ResourceStorage<Namespace>, strategy: StoredResourceStrategy<Namespace>) {
  const view = viewOf(storage, {
    get: async (key) => {
      const namespace = await storage.get(key);
      if (namespace?.metadata.deletionTimestamp === undefined) return namespace;
      const { deletionTimestamp: _time, ...metadata } = namespace.metadata;
      return { ...namespace, metadata };
    },
    update: async (namespace, context) => {
      const { deletionTimestamp } = (await storage.get(keyIn(namespace)))?.metadata ?? {};
      return storage.update(
        { ...namespace, metadata: { ...namespace.metadata, ...(deletionTimestamp && { deletionTimestamp }) } },
        context,
      );
    },
  });
  const { update } = storedHandlers({
    storage: view,
    strategy: {
      ...strategy,
      validate: async (namespace, old, context) => {
        const stored = await storage.get(keyIn(namespace));
        const errors = (await strategy.validate?.(namespace, old, context)) ?? [];
        return stored ? [...errors, ...newFinalizerErrors(namespace, stored)] : errors;
      },
    },
    ...ABOUT,
  });
  return async (namespace: Namespace, context: RequestContext): Promise<{ object: Namespace; created: boolean }> => {
    const result = await update(namespace, context);
    const { deletionTimestamp } = (await storage.get(keyIn(result.object)))?.metadata ?? {};
    if (deletionTimestamp !== undefined) result.object.metadata.deletionTimestamp = deletionTimestamp;
    return { ...result, object: shown(result.object) };
  };
}

export function writerOf({ identity, requestId }: RequestContext): { user: string; requestId: string } {
  return { user: identity.user, requestId };
}

export function shown(namespace: Namespace): Namespace {
  showPhase(namespace);
  return namespace;
}

/** A storage that does some things in its own way. */
export function viewOf(
  storage: ResourceStorage<Namespace>,
  own: Partial<ResourceStorage<Namespace>>,
): ResourceStorage<Namespace> {
  return {
    get: (key) => storage.get(key),
    list: (query) => storage.list(query),
    create: (object, context) => storage.create(object, context),
    update: (object, context) => storage.update(object, context),
    delete: (key, version, context) => storage.delete(key, version, context),
    changes: (query, signal) => storage.changes(query, signal),
    head: () => storage.head(),
    ...own,
  };
}

function keyIn({ metadata }: Namespace): ObjectKey {
  return { name: metadata.name };
}
