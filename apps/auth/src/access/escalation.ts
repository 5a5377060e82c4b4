import { forbidden, notFound, type RequestContext } from '@faktorz/apimachinery';
import type { AccessIndex } from './access-index.js';
import { asked } from './access-of.js';
import { RBAC_GROUP, type ClusterRole, type PolicyRule, type Role, type RoleBinding } from './rbac.js';
import { describeMissing } from './single-rights.js';

/** Nobody may write rules into a role that he does not hold himself, unless he has the verb `escalate` on it. */
export function refuseEscalation(index: AccessIndex, plural: string, role: Role, context: RequestContext): void {
  const namespace = context.namespace ?? '';
  if (holds(index, context, plural, role.metadata.name, 'escalate')) return;
  // What an aggregated role will hold, others decide later: only who holds everything may make one.
  const aggregates = (role as ClusterRole).aggregationRule !== undefined;
  if (aggregates && describeMissing(index.rulesFor(context.identity, namespace), EVERYTHING).length > 0)
    throw forbidden(
      plural,
      RBAC_GROUP,
      role.metadata.name,
      'must have cluster-admin privileges to use an aggregationRule',
    );
  refuseUnheld(index, plural, role.metadata.name, role.rules ?? [], namespace, context);
}

const EVERYTHING: readonly PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
];

/** Nobody may grant a role whose rules he does not hold himself, unless he has the verb `bind` on it. Throws Forbidden, and NotFound for a role that is not there. */
export function refuseUnheldGrant(
  index: AccessIndex,
  plural: string,
  binding: RoleBinding,
  context: RequestContext,
): void {
  const rolePlural = binding.roleRef.kind === 'ClusterRole' ? 'clusterroles' : 'roles';
  if (holds(index, context, rolePlural, binding.roleRef.name, 'bind')) return;
  const rules = index.rulesOf(binding);
  if (rules === undefined) throw notFound(rolePlural, RBAC_GROUP, binding.roleRef.name);
  refuseUnheld(index, plural, binding.metadata.name, rules, context.namespace ?? '', context);
}

function holds(index: AccessIndex, context: RequestContext, plural: string, name: string, verb: string): boolean {
  const attributes = asked({ verb, group: RBAC_GROUP, resource: plural, namespace: context.namespace ?? '', name });
  return index.decide(context.identity, attributes).allowed;
}

function refuseUnheld(
  index: AccessIndex,
  plural: string,
  name: string,
  rules: readonly PolicyRule[],
  namespace: string,
  { identity }: RequestContext,
): void {
  const missing = describeMissing(index.rulesFor(identity, namespace), rules);
  if (missing.length === 0) return;
  const groups = identity.groups.map((group) => JSON.stringify(group)).join(' ');
  throw forbidden(
    plural,
    RBAC_GROUP,
    name,
    `user ${JSON.stringify(identity.user)} (groups=[${groups}]) is attempting to grant RBAC permissions not currently held:\n${missing.join('\n')}`,
  );
}
