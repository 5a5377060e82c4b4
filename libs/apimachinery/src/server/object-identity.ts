import type { KubeObject } from '../kube-object.js';
import type { ResourcePath } from '../request/request-path.js';
import { badRequest } from '../status/errors.js';

/** Makes the body's namespace that of the URL. Throws BadRequest if it names another one. */
export function matchNamespace({ metadata }: KubeObject, path: ResourcePath): void {
  const { namespace } = path;
  if (namespace === undefined) delete metadata.namespace;
  else if (!metadata.namespace) metadata.namespace = namespace;
  else if (metadata.namespace !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
}

/** Makes the body's name that of the URL. Throws BadRequest if it has another one. */
export function matchName({ metadata }: KubeObject, path: ResourcePath): void {
  if (path.name === undefined) return;
  if (!metadata.name) metadata.name = path.name;
  else if (metadata.name !== path.name) {
    throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${path.name})`);
  }
}
