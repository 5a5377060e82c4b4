import type { AccessAttributes, Identity } from '@faktorz/domain';
import { RBAC_GROUP, ruleAllows, type PolicyRule } from './rbac.js';

/** What one scope of a token reaches: everything, some rules, or what a cluster role allows. */
export type TokenScope =
  | { kind: 'full' }
  | { kind: 'rules'; rules: readonly PolicyRule[] }
  /** `namespace` `*` is everywhere. Without `mayEscalate`, credentials and roles stay out of reach. */
  | { kind: 'role'; role: string; namespace: string; mayEscalate: boolean };

export const FULL_SCOPE = 'user:full';

const SELF: PolicyRule[] = [
  { verbs: ['get'], apiGroups: ['', 'user.openshift.io'], resources: ['users'], resourceNames: ['~'] },
  { verbs: ['create'], apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'] },
];
const CHECK_ACCESS: PolicyRule[] = [
  {
    verbs: ['create'],
    apiGroups: ['authorization.k8s.io'],
    resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
  },
  {
    verbs: ['create'],
    apiGroups: ['', 'authorization.openshift.io'],
    resources: ['selfsubjectrulesreviews', 'subjectaccessreviews'],
  },
];
const LIST_PROJECTS: PolicyRule[] = [
  { verbs: ['list', 'watch'], apiGroups: ['', 'project.openshift.io'], resources: ['projects'] },
];

/** Scopes without parameters. */
const SIMPLE: Readonly<Record<string, TokenScope>> = {
  [FULL_SCOPE]: { kind: 'full' },
  'user:info': { kind: 'rules', rules: SELF },
  'user:check-access': { kind: 'rules', rules: CHECK_ACCESS },
  'user:list-projects': { kind: 'rules', rules: LIST_PROJECTS },
};

/** Scopes a client may ask for, as they are announced. */
export const SCOPES_SUPPORTED: readonly string[] = Object.keys(SIMPLE);

const ESCALATES = ':!';

/** `user:full`, `user:info`, `user:check-access`, `user:list-projects`, `role:<cluster role>:<namespace or *>[:!]`. Undefined for anything else. */
export function parseScope(scope: string): TokenScope | undefined {
  if (Object.hasOwn(SIMPLE, scope)) return SIMPLE[scope];
  const mayEscalate = scope.endsWith(ESCALATES);
  const [, role, namespace] = /^role:(.+):([^:]+)$/.exec(mayEscalate ? scope.slice(0, -ESCALATES.length) : scope) ?? [];
  if (!role || !namespace || namespace === '!') return undefined;
  return { kind: 'role', role, namespace, mayEscalate };
}

/** Does the credential carry every right of its user? Those without scopes (certificates, service accounts) do. */
export function isUnlimited({ scopes }: Identity): boolean {
  return scopes === undefined || scopes.includes(FULL_SCOPE);
}

/** With these a short-lived, narrow token could be turned into a lasting or wider one. */
const ESCALATING: readonly (readonly [group: string, resource: string])[] = [
  ['', 'secrets'],
  ['', 'serviceaccounts/token'],
  ['image.openshift.io', 'imagestreams/secrets'],
  ['oauth.openshift.io', 'oauthaccesstokens'],
  ['auth.faktorz.io', 'usertokens'],
  ['user.openshift.io', 'users/password'],
  ...['roles', 'rolebindings', 'clusterroles', 'clusterrolebindings'].map(
    (resource) => [RBAC_GROUP, resource] as const,
  ),
];

export function isEscalating({ group, resource, subresource }: AccessAttributes): boolean {
  const full = subresource === '' ? resource : `${resource}/${subresource}`;
  return ESCALATING.some(([g, r]) => g === group && r === full);
}

/** Does one of the scopes reach so far? `rulesOfRole` finds the rules of a cluster role. Unknown scopes reach nothing. */
export function scopesReach(
  scopes: readonly string[],
  asked: AccessAttributes,
  rulesOfRole: (role: string) => readonly PolicyRule[] | undefined,
): boolean {
  const allows = (rules: readonly PolicyRule[]): boolean => rules.some((rule) => ruleAllows(rule, asked));
  if (asked.path !== undefined && allows(rulesOfRole('system:discovery') ?? [])) return true;
  return scopes.some((text) => {
    const scope = parseScope(text);
    if (scope?.kind === 'full') return true;
    if (scope?.kind === 'rules') return allows(scope.rules);
    if (scope?.kind !== 'role') return false;
    if (scope.namespace !== '*' && (asked.path !== undefined || scope.namespace !== asked.namespace)) return false;
    return (scope.mayEscalate || !isEscalating(asked)) && allows(rulesOfRole(scope.role) ?? []);
  });
}

/** The rules that scopes reach in a namespace (empty: cluster-wide), without those that could escalate. */
export function rulesReached(
  scopes: readonly string[],
  namespace: string,
  rulesOfRole: (role: string) => readonly PolicyRule[] | undefined,
): PolicyRule[] {
  return scopes.flatMap((text) => {
    const scope = parseScope(text);
    if (scope?.kind === 'rules') return scope.rules;
    if (scope?.kind !== 'role' || (scope.namespace !== '*' && scope.namespace !== namespace)) return [];
    const rules = rulesOfRole(scope.role) ?? [];
    return scope.mayEscalate ? rules : rules.flatMap(withoutEscalation);
  });
}

function withoutEscalation(rule: PolicyRule): PolicyRule[] {
  if (rule.nonResourceURLs?.length) return [rule];
  const isOpen = [...(rule.resources ?? []), ...(rule.apiGroups ?? [])].includes('*');
  const resources = (rule.resources ?? []).filter(
    (resource) => !ESCALATING.some(([group, name]) => name === resource && rule.apiGroups?.includes(group)),
  );
  return isOpen || resources.length === 0 ? [] : [{ ...rule, resources }];
}
