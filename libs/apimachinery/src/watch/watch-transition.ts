import type { KubeObject } from '../kube-object.js';
import type { ObjectChange } from '../storage.js';

/** One event of a watch, before it is encoded. */
export interface WatchEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  object: KubeObject;
}

/**
 * What a change means to a watcher with selectors: an object that starts to match is ADDED, one that stops is DELETED (as
 * it was when it last matched, with the new version); undefined if the watcher never saw it and still does not.
 */
export function watchEventOf(
  change: ObjectChange<KubeObject>,
  matches: (object: KubeObject) => boolean,
): WatchEvent | undefined {
  const { type, object, previous } = change;
  const isMatching = matches(object);
  if (type !== 'MODIFIED' || previous === undefined) return isMatching ? { type, object } : undefined;
  const wasMatching = matches(previous);
  if (isMatching) return { type: wasMatching ? 'MODIFIED' : 'ADDED', object };
  return wasMatching ? { type: 'DELETED', object: atVersion(previous, change.position) } : undefined;
}

function atVersion(object: KubeObject, position: bigint): KubeObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion: position.toString() } };
}
