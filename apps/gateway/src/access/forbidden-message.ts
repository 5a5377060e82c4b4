import type { Identity } from '@faktorz/domain';
import type { RequestInfo } from '../request/request-info.js';

/** The sentence of a 403, as Kubernetes words it. `reason` explains more, such as a binding to a role that is missing. */
export function forbiddenMessage(info: RequestInfo, identity: Identity, reason: string): string {
  const because = reason === '' ? '' : `: ${reason}`;
  const user = JSON.stringify(identity.user);
  if (!info.isResource)
    return `forbidden: User ${user} cannot ${info.verb} path ${JSON.stringify(info.path)}${because}`;
  const resource = info.subresource === '' ? info.resource : `${info.resource}/${info.subresource}`;
  const where = info.namespace === '' ? 'at the cluster scope' : `in the namespace ${JSON.stringify(info.namespace)}`;
  return (
    `${qualifiedResource(info)}${nameOf(info)} is forbidden: ` +
    `User ${user} cannot ${info.verb} resource ${JSON.stringify(resource)} in API group ${JSON.stringify(info.group)} ${where}${because}`
  );
}

function qualifiedResource(info: RequestInfo): string {
  return info.group === '' ? info.resource : `${info.resource}.${info.group}`;
}

function nameOf(info: RequestInfo): string {
  return info.name === '' ? '' : ` ${JSON.stringify(info.name)}`;
}
