import {
  storedResource,
  type KubeObject,
  type ResourceDefinition,
  type ResourceHandlers,
  type ResourceStorage,
  type StoredHandlers,
  type StoredResourceStrategy,
} from '@faktorz/apimachinery';

type Described<T extends KubeObject> = Omit<ResourceDefinition<T>, 'version' | 'stored' | 'handlers'>;

export interface StoredKind<T extends KubeObject> extends Described<T> {
  storage: ResourceStorage<T>;
  strategy: StoredResourceStrategy<T>;
  /** What this kind does otherwise than every stored one; `undefined` takes a verb away. */
  handlers?: Partial<ResourceHandlers<T>>;
}

/** The handlers every stored kind has. */
export function storedHandlers<T extends KubeObject>(
  kind: Pick<StoredKind<T>, 'storage' | 'strategy' | 'group' | 'plural' | 'kind' | 'namespaced'>,
): StoredHandlers<T> {
  const { storage, strategy, group, plural, namespaced } = kind;
  return storedResource(storage, strategy, { group, plural, kind: kind.kind, version: 'v1', namespaced });
}

/** A resource of version v1 that is kept in a storage. */
export function storedDefinition<T extends KubeObject>(kind: StoredKind<T>): ResourceDefinition {
  const { storage: _storage, strategy: _strategy, handlers, ...described } = kind;
  const definition: ResourceDefinition<T> = {
    ...described,
    version: 'v1',
    stored: true,
    handlers: { ...storedHandlers(kind), ...handlers },
  };
  return definition as unknown as ResourceDefinition;
}

/** A resource of version v1 that is projected from others, or kept nowhere. */
export function virtualDefinition<T extends KubeObject>(
  kind: Described<T> & { handlers: ResourceHandlers<T> },
): ResourceDefinition {
  const definition: ResourceDefinition<T> = {
    ...kind,
    version: 'v1',
    stored: false,
  };
  return definition as unknown as ResourceDefinition;
}
