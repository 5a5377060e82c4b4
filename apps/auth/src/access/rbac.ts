import type { KubeObject } from '@faktorz/apimachinery';
import type { AccessAttributes, Identity } from '@faktorz/domain';

export const RBAC_GROUP = 'rbac.authorization.k8s.io';

export interface PolicyRule {
  verbs: string[];
  apiGroups?: string[];
  resources?: string[];
  resourceNames?: string[];
  nonResourceURLs?: string[];
}

export interface LabelSelectorSpec {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

export interface Role extends KubeObject {
  rules: PolicyRule[] | null;
}

export interface ClusterRole extends Role {
  aggregationRule?: { clusterRoleSelectors?: LabelSelectorSpec[] };
}

export interface Subject {
  kind: string;
  apiGroup?: string;
  name: string;
  namespace?: string;
}

export interface RoleRef {
  apiGroup: string;
  kind: string;
  name: string;
}

/** A RoleBinding (with `metadata.namespace`) or a ClusterRoleBinding (without). */
export interface RoleBinding extends KubeObject {
  subjects?: Subject[];
  roleRef: RoleRef;
}

/** Does this rule permit that request? `resourceNames` limit only requests that name an object. */
export function ruleAllows(rule: PolicyRule, asked: AccessAttributes): boolean {
  if (!matches(rule.verbs, asked.verb)) return false;
  if (asked.path !== undefined) return (rule.nonResourceURLs ?? []).some((url) => coversPath(url, asked.path!));
  const resource = asked.subresource === '' ? asked.resource : `${asked.resource}/${asked.subresource}`;
  return (
    matches(rule.apiGroups, asked.group) &&
    coversResource(rule.resources ?? [], resource, asked.subresource) &&
    (!rule.resourceNames?.length || rule.resourceNames.includes(asked.name))
  );
}

/** The subjects that a request is made by, as keys of `subjectKey`. */
export function keysOfIdentity(identity: Identity): string[] {
  return [`User ${identity.user}`, ...identity.groups.map((group) => `Group ${group}`)];
}

/** Whom a request is made by: a user (a service account is the user it acts as) or a group. */
export interface Principal {
  kind: 'User' | 'Group';
  name: string;
}

/** Whom a subject means. Undefined for one that means nobody. */
export function principalOf(subject: Subject, bindingNamespace: string | undefined): Principal | undefined {
  const { kind, name } = subject;
  if (kind === 'User' || kind === 'Group') return { kind, name };
  const namespace = subject.namespace || bindingNamespace;
  if (kind !== 'ServiceAccount' || !namespace) return undefined;
  return { kind: 'User', name: `system:serviceaccount:${namespace}:${name}` };
}

/** One string per subject, as in `keysOfIdentity`. */
export function subjectKey(subject: Subject, bindingNamespace: string | undefined): string | undefined {
  const principal = principalOf(subject, bindingNamespace);
  return principal && `${principal.kind} ${principal.name}`;
}

/** The subject as it is named in the reason of a decision. */
export function describeSubject(subject: Subject, bindingNamespace: string | undefined): string {
  if (subject.kind !== 'ServiceAccount') return `${subject.kind} "${subject.name}"`;
  return `ServiceAccount "${subject.name}/${subject.namespace || bindingNamespace || ''}"`;
}

/** Is it among these, by its name or by `*`? */
export function matches(allowed: readonly string[] | undefined, asked: string): boolean {
  return allowed !== undefined && (allowed.includes('*') || allowed.includes(asked));
}

/** `*` is every resource and subresource, `*` + `/scale` that subresource of every resource. */
export function coversResource(allowed: readonly string[], asked: string, subresource: string): boolean {
  return (
    allowed.includes('*') || allowed.includes(asked) || (subresource !== '' && allowed.includes(`*/${subresource}`))
  );
}

/** `/a/*` is all below `/a/`. */
export function coversPath(allowed: string, asked: string): boolean {
  if (allowed === '*' || allowed === asked) return true;
  return allowed.endsWith('*') && asked.startsWith(allowed.slice(0, -1));
}

/** Does a label selector of an aggregation rule choose these labels? */
export function selectsLabels(selector: LabelSelectorSpec, labels: Record<string, string>): boolean {
  const wanted = Object.entries(selector.matchLabels ?? {});
  return (
    wanted.every(([key, value]) => labels[key] === value) &&
    (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
      const value = labels[key];
      switch (operator) {
        case 'In':
          return value !== undefined && values.includes(value);
        case 'NotIn':
          return value === undefined || !values.includes(value);
        case 'Exists':
          return value !== undefined;
        case 'DoesNotExist':
          return value === undefined;
        default:
          return false;
      }
    })
  );
}
