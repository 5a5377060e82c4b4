import type { AccessAttributes, Identity } from '@faktorz/domain';
import type { AccessIndex } from './access-index.js';

/** Attributes of a question, the empty ones filled in. */
export function asked(attributes: Partial<AccessAttributes> & Pick<AccessAttributes, 'verb'>): AccessAttributes {
  return { group: '', resource: '', subresource: '', namespace: '', name: '', ...attributes };
}

/**
 * May this user see this namespace at all? Lists of projects are limited by it. Whether the token's scopes reach the
 * list itself has been decided before.
 */
export function maySeeNamespace(index: AccessIndex, { scopes: _scopes, ...user }: Identity, name: string): boolean {
  return index.decide(user, asked({ verb: 'get', resource: 'namespaces', namespace: name, name })).allowed;
}
