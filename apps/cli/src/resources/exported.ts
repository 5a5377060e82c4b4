import type { KubeObject } from '../client/kube-object.js';

/** An object as it could be created elsewhere. */
export function exported(object: KubeObject): KubeObject {
  const {
    uid: _uid,
    resourceVersion: _version,
    creationTimestamp: _created,
    generation: _generation,
    managedFields: _managed,
    namespace: _namespace,
    ...metadata
  } = object.metadata ?? {};
  const { status: _status, ...rest } = object;
  return { ...rest, metadata };
}
