import type { AccessAttributes, Identity } from '@faktorz/domain';
import type { AccessIndex } from './access-index.js';

/** Attributes of a question, the empty ones filled in. */
export function asked(attributes: Partial<AccessAttributes> & Pick<AccessAttributes, 'verb'>): AccessAttributes {
  return { group: '', resource: '', subresource: '', namespace: '', name: '', ...attributes };
}

/** May this identity see this namespace at all? Lists of projects are limited by it. */
export function maySeeNamespace(index: AccessIndex, identity: Identity, name: string): boolean {
  return index.decide(identity, asked({ verb: 'get', resource: 'namespaces', namespace: name, name })).allowed;
}
