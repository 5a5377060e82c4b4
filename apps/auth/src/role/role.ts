import { subdomainProblems, type FieldError } from '@faktorz/apimachinery';
import {
  RBAC_GROUP,
  type ClusterRole,
  type PolicyRule,
  type Role,
  type RoleBinding,
  type Subject,
} from '../access/rbac.js';
import { validateRoleSelector } from './role-selector.js';

const required = (field: string, detail = ''): FieldError => ({ field, type: 'Required', detail });

export function validateRole(role: Role): FieldError[] {
  return (role.rules ?? []).flatMap((rule, index) => validateRule(rule, `rules[${index}]`, true));
}

export function validateClusterRole(role: ClusterRole): FieldError[] {
  const errors = (role.rules ?? []).flatMap((rule, index) => validateRule(rule, `rules[${index}]`, false));
  if (!role.aggregationRule) return errors;
  const field = 'aggregationRule.clusterRoleSelectors';
  const selectors = role.aggregationRule.clusterRoleSelectors ?? [];
  if (selectors.length === 0)
    errors.push(required(field, 'at least one clusterRoleSelector required if aggregationRule is non-nil'));
  return [...errors, ...selectors.flatMap((selector, index) => validateRoleSelector(selector, `${field}[${index}]`))];
}

function validateRule(rule: PolicyRule, field: string, namespaced: boolean): FieldError[] {
  const errors: FieldError[] = [];
  if (!rule.verbs?.length) errors.push(required(`${field}.verbs`, 'verbs must contain at least one value'));
  if (rule.nonResourceURLs?.length) {
    if (namespaced) {
      errors.push({
        field: `${field}.nonResourceURLs`,
        type: 'Invalid',
        value: rule.nonResourceURLs,
        detail: 'namespaced rules cannot apply to non-resource URLs',
      });
    }
    if (rule.apiGroups?.length || rule.resources?.length || rule.resourceNames?.length) {
      errors.push({
        field: `${field}.nonResourceURLs`,
        type: 'Invalid',
        value: rule.nonResourceURLs,
        detail: 'rules cannot apply to both regular resources and non-resource URLs',
      });
    }
    return errors;
  }
  if (!rule.apiGroups?.length)
    errors.push(required(`${field}.apiGroups`, 'resource rules must supply at least one api group'));
  if (!rule.resources?.length)
    errors.push(required(`${field}.resources`, 'resource rules must supply at least one resource'));
  return errors;
}

/** `kubectl` leaves API groups out where they can only be one. */
export function defaultBinding(binding: RoleBinding): void {
  if (binding.roleRef) binding.roleRef.apiGroup ||= RBAC_GROUP;
  for (const subject of binding.subjects ?? []) {
    if (subject.kind !== 'ServiceAccount') subject.apiGroup ||= RBAC_GROUP;
  }
}

export function validateBinding(binding: RoleBinding, old: RoleBinding | undefined): FieldError[] {
  const isNamespaced = binding.kind === 'RoleBinding';
  const { apiGroup = '', kind = '', name = '' } = binding.roleRef ?? {};
  const errors: FieldError[] = [];
  if (apiGroup !== RBAC_GROUP)
    errors.push({
      field: 'roleRef.apiGroup',
      type: 'NotSupported',
      value: apiGroup,
      detail: `supported values: "${RBAC_GROUP}"`,
    });
  const kinds = isNamespaced ? ['Role', 'ClusterRole'] : ['ClusterRole'];
  if (!kinds.includes(kind)) {
    errors.push({
      field: 'roleRef.kind',
      type: 'NotSupported',
      value: kind,
      detail: `supported values: ${kinds.map((known) => `"${known}"`).join(', ')}`,
    });
  }
  if (name === '') errors.push(required('roleRef.name'));
  (binding.subjects ?? []).forEach((subject, index) =>
    errors.push(...validateSubject(subject, `subjects[${index}]`, isNamespaced)),
  );
  if (old && (old.roleRef.kind !== kind || old.roleRef.name !== name || old.roleRef.apiGroup !== apiGroup)) {
    errors.push({
      field: 'roleRef',
      type: 'Invalid',
      value: { APIGroup: apiGroup, Kind: kind, Name: name },
      detail: 'cannot change roleRef',
    });
  }
  return errors;
}

function validateSubject(
  { kind, apiGroup = '', name, namespace }: Subject,
  field: string,
  isNamespaced: boolean,
): FieldError[] {
  const errors: FieldError[] = [];
  if (!name) errors.push(required(`${field}.name`));
  switch (kind) {
    case 'ServiceAccount':
      if (name)
        for (const detail of subdomainProblems(name))
          errors.push({ field: `${field}.name`, type: 'Invalid', value: name, detail });
      if (apiGroup !== '')
        errors.push({
          field: `${field}.apiGroup`,
          type: 'NotSupported',
          value: apiGroup,
          detail: 'supported values: ""',
        });
      if (!namespace && !isNamespaced) errors.push(required(`${field}.namespace`));
      break;
    case 'User':
    case 'Group':
      if (apiGroup !== RBAC_GROUP)
        errors.push({
          field: `${field}.apiGroup`,
          type: 'NotSupported',
          value: apiGroup,
          detail: `supported values: "${RBAC_GROUP}"`,
        });
      break;
    default:
      errors.push({
        field: `${field}.kind`,
        type: 'NotSupported',
        value: kind ?? '',
        detail: 'supported values: "ServiceAccount", "User", "Group"',
      });
  }
  return errors;
}
