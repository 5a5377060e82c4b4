import type { KubeObject } from './kube-object.js';
import type { FieldSelector, LabelSelector } from './selectors.js';

/** Names one object; `namespace` is absent for cluster-scoped resources. */
export interface ObjectKey {
  namespace?: string;
  name: string;
}

export interface ListQuery {
  namespace?: string;
  /** List as of this position of the owner's log; absent: now. */
  at?: bigint;
  /** Only objects after this key, in order of namespace and name. */
  after?: ObjectKey;
  /** How many come after that key, where an earlier page counted them: what follows this page need not be counted again. */
  remainingAfter?: number;
  /** At most so many items; absent: all. */
  limit?: number;
  labels?: LabelSelector;
  fields?: FieldSelector;
}

export interface ListPage<T extends KubeObject> {
  /** The position the page shows: the list's `resourceVersion`. */
  position: bigint;
  /** In order of namespace and name, each with its `metadata.resourceVersion`. Read from the database as it is consumed. */
  items: AsyncIterable<T>;
  /** Known once `items` is consumed: where the next page begins, and (without selectors) how many items follow. */
  rest(): { next?: ObjectKey; remaining?: number };
}

/** What happened to an object at one position of the log. */
export interface ObjectChange<T extends KubeObject> {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  position: bigint;
  /** The object as of `position` (for DELETED: its last state, with `position` as resourceVersion). */
  object: T;
  /** The object as it was before, when the query had selectors and the change is MODIFIED. */
  previous?: T;
}

/** Nothing of interest happened up to here: a watch may send a bookmark. */
export interface ChangeProgress {
  type: 'PROGRESS';
  position: bigint;
}

export interface ChangesQuery {
  namespace?: string;
  name?: string;
  /** Only what happened after this position. */
  after: bigint;
  /** True when `previous` is wanted. */
  withPrevious?: boolean;
}

/** What a write is made for; ends up in records and events. */
export interface WriteContext {
  user: string;
  /** The request's id, for records of why something changed. */
  requestId: string;
}

/**
 * Keeps the objects of one resource. Writes are compare-and-set on `resourceVersion`. Throws `ApiError`s of reason
 * `AlreadyExists`, `Conflict`, `NotFound`, `Expired` (a position older than the log) or `Timeout` (one not yet reached).
 */
export interface ResourceStorage<T extends KubeObject> {
  get(key: ObjectKey): Promise<T | undefined>;
  /** As `get`, to be shown only: the object, with its computed fields, is shared among answers, and nobody may change it. */
  getShared?(key: ObjectKey): Promise<T | undefined>;
  list(query: ListQuery): Promise<ListPage<T>>;
  /** Stores a complete new object (uid, creationTimestamp and all set); returns it with its resourceVersion. */
  create(object: T, context: WriteContext): Promise<T>;
  /** Replaces the object whose resourceVersion is `object.metadata.resourceVersion`. */
  update(object: T, context: WriteContext): Promise<T>;
  /** Removes the object if it still has this resourceVersion; returns its last state. */
  delete(key: ObjectKey, resourceVersion: string, context: WriteContext): Promise<T>;
  /** Every change after a position, once and in order, until the signal aborts; throws `Expired` when the log no longer reaches back. */
  changes(query: ChangesQuery, signal: AbortSignal): AsyncIterable<ObjectChange<T> | ChangeProgress>;
  /** The newest position. */
  head(): Promise<bigint>;
}
