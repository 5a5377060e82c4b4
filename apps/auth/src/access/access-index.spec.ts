import { describe, expect, it } from '@jest/globals';
import type { AccessAttributes, Identity } from '@faktorz/domain';
import { AccessIndex } from './access-index.js';
import type { ClusterRole, PolicyRule, Role, RoleBinding, Subject } from './rbac.js';

const RBAC = 'rbac.authorization.k8s.io';
const clusterRole = (
  name: string,
  rules: PolicyRule[],
  rest: Partial<ClusterRole> & { labels?: Record<string, string> } = {},
): ClusterRole => ({
  apiVersion: `${RBAC}/v1`,
  kind: 'ClusterRole',
  metadata: { name, labels: rest.labels },
  rules,
  aggregationRule: rest.aggregationRule,
});
const role = (namespace: string, name: string, rules: PolicyRule[]): Role => ({
  apiVersion: `${RBAC}/v1`,
  kind: 'Role',
  metadata: { name, namespace },
  rules,
});
const binding = (
  name: string,
  kind: string,
  roleName: string,
  subjects: Subject[],
  namespace?: string,
): RoleBinding => ({
  apiVersion: `${RBAC}/v1`,
  kind: namespace ? 'RoleBinding' : 'ClusterRoleBinding',
  metadata: { name, namespace },
  subjects,
  roleRef: { apiGroup: RBAC, kind, name: roleName },
});
const user = (name: string): Subject => ({ kind: 'User', apiGroup: RBAC, name });
const who = (name: string, ...groups: string[]): Identity => ({
  user: name,
  groups: [...groups, 'system:authenticated'],
});
const ask = (verb: string, resource: string, rest: Partial<AccessAttributes> = {}): AccessAttributes => {
  const [base = '', subresource = ''] = resource.split('/');
  return { verb, group: 'image.openshift.io', resource: base, subresource, namespace: '', name: '', ...rest };
};

const READ_STREAMS: PolicyRule = {
  verbs: ['get', 'list'],
  apiGroups: ['image.openshift.io'],
  resources: ['imagestreams'],
};
const PULL: PolicyRule = { verbs: ['get'], apiGroups: ['image.openshift.io'], resources: ['imagestreams/layers'] };

function indexOf(...objects: (ClusterRole | Role | RoleBinding)[]): AccessIndex {
  const index = new AccessIndex();
  for (const object of objects) index.put(`${object.kind.toLowerCase()}s` as 'roles', object);
  return index;
}

describe('AccessIndex', () => {
  it('lets masters do everything', () => {
    expect(new AccessIndex().decide(who('root', 'system:masters'), ask('delete', 'anything')).allowed).toBe(true);
  });

  it('refuses who has no binding, without a reason', () => {
    expect(indexOf(clusterRole('r', [READ_STREAMS])).decide(who('bob'), ask('get', 'imagestreams'))).toEqual({
      allowed: false,
      reason: '',
    });
  });

  it('allows by a cluster role binding and says so', () => {
    const index = indexOf(clusterRole('r', [READ_STREAMS]), binding('b', 'ClusterRole', 'r', [user('bob')]));
    expect(index.decide(who('bob'), ask('get', 'imagestreams', { namespace: 'any' }))).toEqual({
      allowed: true,
      reason: 'RBAC: allowed by ClusterRoleBinding "b" of ClusterRole "r" to User "bob"',
    });
  });

  it('limits a role binding to its namespace', () => {
    const index = indexOf(clusterRole('r', [READ_STREAMS]), binding('b', 'ClusterRole', 'r', [user('bob')], 'blue'));
    expect(index.decide(who('bob'), ask('get', 'imagestreams', { namespace: 'blue' })).allowed).toBe(true);
    expect(index.decide(who('bob'), ask('get', 'imagestreams', { namespace: 'red' })).allowed).toBe(false);
    expect(index.decide(who('bob'), ask('list', 'imagestreams')).allowed).toBe(false);
  });

  it('finds a Role only in the namespace of its binding', () => {
    const index = indexOf(role('red', 'r', [READ_STREAMS]), binding('b', 'Role', 'r', [user('bob')], 'blue'));
    expect(index.decide(who('bob'), ask('get', 'imagestreams', { namespace: 'blue' }))).toEqual({
      allowed: false,
      reason: 'RBAC: role.rbac.authorization.k8s.io "r" not found',
      evaluationError: 'role.rbac.authorization.k8s.io "r" not found',
    });
  });

  it('tells of a binding to a missing role only in refusals', () => {
    const index = indexOf(
      clusterRole('r', [READ_STREAMS]),
      binding('a', 'ClusterRole', 'gone', [user('bob')]),
      binding('b', 'ClusterRole', 'r', [user('bob')]),
    );
    expect(index.decide(who('bob'), ask('get', 'imagestreams')).allowed).toBe(true);
    expect(index.decide(who('bob'), ask('delete', 'imagestreams')).reason).toBe(
      'RBAC: clusterrole.rbac.authorization.k8s.io "gone" not found',
    );
  });

  it.each([
    ['a subresource is not its resource', [READ_STREAMS], ask('get', 'imagestreams/layers'), false],
    ['a resource is not its subresource', [PULL], ask('get', 'imagestreams'), false],
    ['a subresource by name', [PULL], ask('get', 'imagestreams/layers'), true],
    [
      'all resources',
      [{ verbs: ['get'], apiGroups: ['*'], resources: ['*'] }],
      ask('get', 'imagestreams/layers'),
      true,
    ],
    [
      'a subresource of all',
      [{ verbs: ['*'], apiGroups: ['*'], resources: ['*/layers'] }],
      ask('get', 'imagestreams/layers'),
      true,
    ],
    ['another group', [{ ...READ_STREAMS, apiGroups: [''] }], ask('get', 'imagestreams'), false],
    ['the named object', [{ ...READ_STREAMS, resourceNames: ['a'] }], ask('get', 'imagestreams', { name: 'a' }), true],
    ['another object', [{ ...READ_STREAMS, resourceNames: ['a'] }], ask('get', 'imagestreams', { name: 'b' }), false],
    ['a list of named objects', [{ ...READ_STREAMS, resourceNames: ['a'] }], ask('list', 'imagestreams'), false],
    ['a path', [{ verbs: ['get'], nonResourceURLs: ['/apis/*'] }], ask('get', '', { path: '/apis/apps' }), true],
    ['another path', [{ verbs: ['get'], nonResourceURLs: ['/apis'] }], ask('get', '', { path: '/apis/apps' }), false],
    [
      'a path by a resource rule',
      [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
      ask('get', '', { path: '/api' }),
      false,
    ],
  ])('%s', (_name, rules, asked, allowed) => {
    const index = indexOf(clusterRole('r', rules as PolicyRule[]), binding('b', 'ClusterRole', 'r', [user('bob')]));
    expect(index.decide(who('bob'), asked).allowed).toBe(allowed);
  });

  it('knows service accounts and groups', () => {
    const index = indexOf(
      clusterRole('r', [PULL]),
      binding(
        'b',
        'ClusterRole',
        'r',
        [
          { kind: 'ServiceAccount', name: 'default' },
          { kind: 'Group', name: 'devs' },
        ],
        'blue',
      ),
    );
    const pull = ask('get', 'imagestreams/layers', { namespace: 'blue' });
    expect(index.decide(who('system:serviceaccount:blue:default'), pull).reason).toContain(
      'to ServiceAccount "default/blue"',
    );
    expect(index.decide(who('system:serviceaccount:red:default'), pull).allowed).toBe(false);
    expect(index.decide(who('bob', 'devs'), pull).allowed).toBe(true);
  });

  it('adds up aggregated roles, also through another aggregate, and sees new ones', () => {
    const selecting = (label: string) => ({
      aggregationRule: { clusterRoleSelectors: [{ matchLabels: { [label]: 'true' } }] },
    });
    const index = indexOf(
      clusterRole('admin', [], selecting('to-admin')),
      clusterRole('edit', [], { ...selecting('to-edit'), labels: { 'to-admin': 'true' } }),
      binding('b', 'ClusterRole', 'admin', [user('bob')]),
    );
    expect(index.decide(who('bob'), ask('get', 'imagestreams')).allowed).toBe(false);
    index.put('clusterroles', clusterRole('extra', [READ_STREAMS], { labels: { 'to-edit': 'true' } }));
    expect(index.decide(who('bob'), ask('get', 'imagestreams')).allowed).toBe(true);
    index.remove('clusterroles', undefined, 'extra');
    expect(index.decide(who('bob'), ask('get', 'imagestreams')).allowed).toBe(false);
  });

  it('forgets a removed binding and replaces a changed one', () => {
    const index = indexOf(
      clusterRole('r', [READ_STREAMS]),
      binding('b', 'ClusterRole', 'r', [user('bob'), user('eve')]),
    );
    index.put('clusterrolebindings', binding('b', 'ClusterRole', 'r', [user('bob')]));
    expect(index.decide(who('eve'), ask('get', 'imagestreams')).allowed).toBe(false);
    index.remove('clusterrolebindings', undefined, 'b');
    expect(index.decide(who('bob'), ask('get', 'imagestreams')).allowed).toBe(false);
  });
});
