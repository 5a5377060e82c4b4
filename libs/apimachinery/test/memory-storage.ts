import {
  alreadyExists,
  conflict,
  matchesFields,
  matchesLabels,
  notFound,
  OBJECT_MODIFIED,
  tooLargeVersion,
  tooOldVersion,
  type ChangeProgress,
  type ChangesQuery,
  type KubeObject,
  type ListPage,
  type ListQuery,
  type ObjectChange,
  type ObjectKey,
  type ResourceStorage,
  type SelectableFields,
} from '@faktorz/apimachinery';

interface Entry<T extends KubeObject> {
  change: ObjectChange<T>;
  key: string;
}

/** A `ResourceStorage` in memory that keeps its whole log: the seam's promises, for tests of what stands on it. */
export class MemoryStorage<T extends KubeObject> implements ResourceStorage<T> {
  private readonly log: Entry<T>[] = [];
  private readonly current = new Map<string, T>();
  private position = 100n;
  private floor = 0n;
  private readonly wakeups = new Set<() => void>();

  constructor(
    private readonly group: string,
    private readonly plural: string,
    private readonly fields: SelectableFields<T> = {},
  ) {}

  async get(key: ObjectKey): Promise<T | undefined> {
    const found = this.current.get(keyText(key));
    return found && structuredClone(found);
  }

  async list({ namespace, at, after, limit, labels, fields }: ListQuery): Promise<ListPage<T>> {
    if (at !== undefined && at > this.position) throw tooLargeVersion(at, this.position);
    if (at !== undefined && at < this.floor) throw tooOldVersion(at, this.floor);
    const position = at ?? this.position;
    const matching = [...this.stateAt(position)]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .filter(([key]) => after === undefined || key > keyText(after))
      .map(([, object]) => object)
      .filter((object) => namespace === undefined || object.metadata.namespace === namespace)
      .filter(
        (object) =>
          matchesLabels(labels ?? [], object.metadata.labels) && matchesFields(fields ?? [], object, this.fields),
      );
    const items = matching.slice(0, limit);
    const last = items.at(-1);
    const hasMore = items.length < matching.length;
    return {
      position,
      items: each(items),
      rest: () => (hasMore && last ? { next: keyOf(last), remaining: matching.length - items.length } : {}),
    };
  }

  async create(object: T): Promise<T> {
    const key = keyText(object.metadata);
    if (this.current.has(key)) throw alreadyExists(this.plural, this.group, object.metadata.name);
    return this.record('ADDED', key, object);
  }

  async update(object: T): Promise<T> {
    const key = keyText(object.metadata);
    this.checked(key, object.metadata.name, object.metadata.resourceVersion);
    return this.record('MODIFIED', key, object);
  }

  async delete(objectKey: ObjectKey, resourceVersion: string): Promise<T> {
    const key = keyText(objectKey);
    const old = this.checked(key, objectKey.name, resourceVersion);
    return this.record('DELETED', key, old);
  }

  async *changes(query: ChangesQuery, signal: AbortSignal): AsyncGenerator<ObjectChange<T> | ChangeProgress> {
    if (query.after < this.floor) throw tooOldVersion(query.after, this.floor);
    let after = query.after;
    while (!signal.aborted) {
      for (const { change } of this.log.filter((entry) => entry.change.position > after)) {
        const { namespace, name } = change.object.metadata;
        const isAsked = (query.namespace ?? namespace) === namespace && (query.name ?? name) === name;
        if (isAsked) yield query.withPrevious ? change : { ...change, previous: undefined };
        after = change.position;
      }
      yield { type: 'PROGRESS', position: after };
      await this.woken(signal, after);
    }
  }

  async head(): Promise<bigint> {
    return this.position;
  }

  /** Forgets the log before a position, as trimming does. */
  trim(floor: bigint): void {
    this.floor = floor;
  }

  private stateAt(position: bigint): Map<string, T> {
    const state = new Map<string, T>();
    for (const { key, change } of this.log) {
      if (change.position > position) break;
      if (change.type === 'DELETED') state.delete(key);
      else state.set(key, structuredClone(change.object));
    }
    return state;
  }

  private checked(key: string, name: string, resourceVersion: string | undefined): T {
    const old = this.current.get(key);
    if (!old) throw notFound(this.plural, this.group, name);
    if (old.metadata.resourceVersion !== resourceVersion)
      throw conflict(this.plural, this.group, name, OBJECT_MODIFIED);
    return old;
  }

  private record(type: ObjectChange<T>['type'], key: string, object: T): T {
    this.position += 1n;
    const stored = structuredClone(object);
    stored.metadata.resourceVersion = this.position.toString();
    const previous = this.current.get(key);
    this.log.push({ key, change: { type, position: this.position, object: stored, previous } });
    if (type === 'DELETED') this.current.delete(key);
    else this.current.set(key, stored);
    for (const wake of this.wakeups) wake();
    return structuredClone(stored);
  }

  private woken(signal: AbortSignal, after: bigint): Promise<void> {
    if (this.position > after || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        this.wakeups.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.wakeups.add(wake);
      signal.addEventListener('abort', wake);
    });
  }
}

function keyOf({ metadata }: KubeObject): ObjectKey {
  return metadata.namespace === undefined
    ? { name: metadata.name }
    : { namespace: metadata.namespace, name: metadata.name };
}

function keyText({ namespace, name }: ObjectKey): string {
  return `${namespace ?? ''}/${name}`;
}

async function* each<I>(items: readonly I[]): AsyncGenerator<I> {
  yield* items;
}
