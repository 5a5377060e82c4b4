import { fieldErrorsSentence } from '@faktorz/apimachinery';
import { describe, expect, it } from '@jest/globals';
import type { ClusterRole, LabelSelectorSpec, PolicyRule, RoleBinding } from '../access/rbac.js';
import { defaultBinding, validateBinding, validateClusterRole, validateRole } from './role.js';

const GROUP = 'rbac.authorization.k8s.io';
const about = { apiVersion: `${GROUP}/v1`, metadata: { name: 'r', namespace: 'a' } };
const said = (errors: Parameters<typeof fieldErrorsSentence>[0]): string => fieldErrorsSentence(errors);

describe('a rule', () => {
  const role = (rule: Partial<PolicyRule>) => ({ ...about, kind: 'Role', rules: [rule as PolicyRule] });

  it.each<[string, Partial<PolicyRule>, string]>([
    ['verbs', { apiGroups: [''], resources: ['pods'] }, 'rules[0].verbs: Required value: verbs must contain'],
    ['groups', { verbs: ['get'], resources: ['pods'] }, 'rules[0].apiGroups: Required value: resource rules must'],
    ['resources', { verbs: ['get'], apiGroups: [''] }, 'rules[0].resources: Required value: resource rules must'],
    [
      'no paths in a namespace',
      { verbs: ['get'], nonResourceURLs: ['/x'] },
      'rules[0].nonResourceURLs: Invalid value: ["/x"]: namespaced rules cannot apply to non-resource URLs',
    ],
  ])('needs %s', (_case, rule, words) => {
    expect(said(validateRole(role(rule)))).toContain(words);
  });
});

describe('an aggregation rule', () => {
  const role = (selectors: LabelSelectorSpec[]): ClusterRole => ({
    ...about,
    kind: 'ClusterRole',
    rules: null,
    aggregationRule: { clusterRoleSelectors: selectors },
  });

  it.each<[string, LabelSelectorSpec[], string]>([
    ['no selector', [], 'aggregationRule.clusterRoleSelectors: Required value'],
    ['no label', [{ matchLabels: { 'a b': 'c' } }], 'clusterRoleSelectors[0].matchLabels: Invalid value: "a b"'],
    [
      'an operator nobody knows',
      [{ matchExpressions: [{ key: 'a', operator: 'Like' }] }],
      'clusterRoleSelectors[0].matchExpressions[0].operator: Invalid value: "Like": not a valid selector operator',
    ],
    [
      'nothing to be in',
      [{ matchExpressions: [{ key: 'a', operator: 'In' }] }],
      'clusterRoleSelectors[0].matchExpressions[0].values: Required value',
    ],
    [
      'values that mean nothing',
      [{ matchExpressions: [{ key: 'a', operator: 'Exists', values: ['b'] }] }],
      'clusterRoleSelectors[0].matchExpressions[0].values: Forbidden',
    ],
  ])('with %s is refused', (_case, selectors, words) => {
    expect(said(validateClusterRole(role(selectors)))).toContain(words);
  });

  it('chooses by labels and by expressions', () => {
    const expressions = [
      { key: 'b', operator: 'NotIn', values: ['c'] },
      { key: 'd', operator: 'Exists' },
    ];
    expect(validateClusterRole(role([{ matchLabels: { 'x.io/a': 'b' } }, { matchExpressions: expressions }]))).toEqual(
      [],
    );
  });
});

describe('a binding', () => {
  const binding = (subject: object, name = 'view'): RoleBinding => ({
    ...about,
    kind: 'RoleBinding',
    subjects: [subject as never],
    roleRef: { apiGroup: GROUP, kind: 'ClusterRole', name },
  });

  it('gets the groups that clients leave out, and no namespace', () => {
    const [user, account] = [binding({ kind: 'User', name: 'bob' }), binding({ kind: 'ServiceAccount', name: 'x' })];
    defaultBinding(user);
    defaultBinding(account);
    expect(user.subjects).toEqual([{ kind: 'User', name: 'bob', apiGroup: GROUP }]);
    expect(account.subjects).toEqual([{ kind: 'ServiceAccount', name: 'x' }]);
    expect([user, account].flatMap((one) => validateBinding(one, undefined))).toEqual([]);
  });

  it('is of one role for ever', () => {
    const [next, old] = [binding({ kind: 'ServiceAccount', name: 'x' }, 'edit'), binding({ kind: 'User', name: 'x' })];
    expect(said(validateBinding(next, old))).toBe(
      `roleRef: Invalid value: {"APIGroup":"${GROUP}","Kind":"ClusterRole","Name":"edit"}: cannot change roleRef`,
    );
  });

  it.each<[string, object, string]>([
    ['an unknown kind', { kind: 'Robot', name: 'x' }, 'subjects[0].kind: Unsupported value: "Robot"'],
    ['no name of an account', { kind: 'ServiceAccount', name: 'A_x' }, 'subjects[0].name: Invalid value: "A_x"'],
    ['no name', { kind: 'ServiceAccount' }, 'subjects[0].name: Required value'],
    ['another group', { kind: 'User', name: 'x', apiGroup: 'y' }, 'subjects[0].apiGroup: Unsupported value: "y"'],
  ])('refuses a subject with %s', (_case, subject, words) => {
    expect(said(validateBinding(binding(subject), undefined))).toContain(words);
  });
});
