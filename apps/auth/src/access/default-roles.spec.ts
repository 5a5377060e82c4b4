import { describe, expect, it } from '@jest/globals';
import { defaultRbacObjects } from '../first-start/default-rbac.js';
import { AccessIndex } from './access-index.js';
import { asked } from './access-of.js';
import { RBAC_GROUP, type RoleBinding } from './rbac.js';

const VERBS = {
  g: 'get',
  l: 'list',
  w: 'watch',
  c: 'create',
  u: 'update',
  p: 'patch',
  d: 'delete',
  D: 'deletecollection',
};
const R = 'glw';
const RW = 'glwcupdD';
const IMAGE = 'image.openshift.io';
const BUILD = 'build.openshift.io';
const PROJECT = 'project.openshift.io';

/** Resources in the order of the columns below. */
const RESOURCES: readonly (readonly [group: string, resource: string])[] = [
  [IMAGE, 'imagestreams'],
  [IMAGE, 'imagestreamtags'],
  [IMAGE, 'imagetags'],
  [IMAGE, 'imagestreamimages'],
  [IMAGE, 'imagestreammappings'],
  [IMAGE, 'imagestreams/layers'],
  [IMAGE, 'imagestreams/status'],
  [IMAGE, 'imagestreams/secrets'],
  [IMAGE, 'imagestreamimports'],
  [IMAGE, 'images'],
  [IMAGE, 'imagesignatures'],
  ['', 'secrets'],
  ['', 'serviceaccounts'],
  ['', 'serviceaccounts/token'],
  [RBAC_GROUP, 'roles'],
  [RBAC_GROUP, 'rolebindings'],
  ['authorization.k8s.io', 'localsubjectaccessreviews'],
  [PROJECT, 'projects'],
  [PROJECT, 'projectrequests'],
  ['', 'namespaces'],
  [BUILD, 'builds'],
  [BUILD, 'builds/details'],
  ['auth.faktorz.io', 'usertokens'],
  ['auth.faktorz.io', 'auditevents'],
  ['auth.faktorz.io', 'encryptionkeyrotations'],
  ['user.openshift.io', 'users'],
  ['user.openshift.io', 'users/password'],
];
const N = ''; // nothing

/** What each default role allows on each resource, and nothing beside. */
const TABLE: Readonly<Record<string, readonly string[]>> = {
  //                       is  ist it  isi ism lay  sta  sec imp im       sig  secr sa  tok rol rb  lsar prj   pr   ns   b    b/d ut ae ek us pw
  'system:image-puller': [N, N, N, N, N, 'g', N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N],
  'system:image-pusher': [N, N, N, N, N, 'gu', N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N],
  'system:image-builder': ['c', N, N, N, N, 'gu', N, N, N, N, N, N, N, N, N, N, N, N, N, N, 'g', 'u', N, N, N, N, N],
  'system:image-signer': [N, N, N, N, N, 'g', N, N, N, 'g', 'cd', N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N],
  'system:image-auditor': [N, N, N, N, N, N, N, N, N, 'glwpu', N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N],
  'system:image-pruner': [R, N, N, N, N, N, 'u', N, N, 'glwd', N, N, N, N, N, N, N, N, N, N, 'gl', N, N, N, N, N, N],
  'registry-viewer': [R, R, R, R, R, 'g', N, N, N, N, N, N, N, N, N, N, N, 'g', N, 'g', N, N, N, N, N, N, N],
  'registry-editor': [RW, RW, RW, RW, RW, 'gu', N, RW, 'c', N, N, RW, RW, N, N, N, N, 'g', N, 'g', N, N, N, N, N, N, N],
  'registry-admin': [
    RW,
    RW,
    RW,
    RW,
    RW,
    'gu',
    N,
    RW,
    'c',
    N,
    N,
    RW,
    RW,
    N,
    RW,
    RW,
    'c',
    'gd',
    N,
    'g',
    N,
    N,
    N,
    N,
    N,
    N,
    N,
  ],
  view: [R, R, R, R, R, 'g', R, N, N, N, N, N, R, N, N, N, N, 'g', N, R, R, N, N, N, N, N, N],
  edit: [RW, RW, RW, RW, RW, 'gu', R, RW, 'c', N, N, RW, RW, 'c', N, N, N, 'g', N, R, RW, 'u', N, N, N, N, N],
  admin: [RW, RW, RW, RW, RW, 'gu', R, RW, 'c', N, N, RW, RW, 'c', RW, RW, 'c', 'gdpu', N, R, RW, 'u', N, N, N, N, N],
  'cluster-reader': [R, R, R, R, R, 'g', R, N, N, R, R, N, R, N, R, R, N, R, N, R, R, N, N, N, N, R, N],
  'self-provisioner': [N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, 'c', N, N, N, N, N, N, N, N],
  'basic-user': [N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, 'lw', 'l', N, N, N, N, N, N, N, N],
  'faktorz:own-password': [N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N],
  'cluster-admin': RESOURCES.map(() => RW),
};

const index = new AccessIndex();
const { clusterRoles, roles, clusterRoleBindings, roleBindings } = defaultRbacObjects();
index.replaceAll('clusterroles', clusterRoles);
index.replaceAll('roles', roles);
index.replaceAll('rolebindings', roleBindings);
index.replaceAll('clusterrolebindings', [...clusterRoleBindings, ...Object.keys(TABLE).map(bindingOf)]);

/** One user per role, who is in no group and has nothing else. */
function bindingOf(role: string): RoleBinding {
  return {
    kind: 'ClusterRoleBinding',
    apiVersion: `${RBAC_GROUP}/v1`,
    metadata: { name: `of ${role}` },
    subjects: [{ kind: 'User', apiGroup: RBAC_GROUP, name: role }],
    roleRef: { apiGroup: RBAC_GROUP, kind: 'ClusterRole', name: role },
  };
}

function verbsAllowed(user: string, group: string, full: string, groups: string[] = [], namespace = 'blue'): string {
  const [resource = '', subresource = ''] = full.split('/');
  return Object.entries(VERBS)
    .filter(([, verb]) => {
      const question = asked({ verb, group, resource, subresource, namespace, name: 'x' });
      return index.decide({ user, groups }, question).allowed;
    })
    .map(([letter]) => letter)
    .sort()
    .join('');
}

const sorted = (letters: string): string => [...letters].sort().join('');

describe.each(Object.entries(TABLE))('role %s', (role, columns) => {
  it.each(RESOURCES.map(([group, resource], column) => [resource, group, columns[column]!] as const))(
    'allows on %s (%s) only: %s',
    (resource, group, letters) => {
      expect(verbsAllowed(role, group, resource)).toBe(sorted(letters));
    },
  );

  it('allows on images in the empty group what it allows in their own', () => {
    for (const [group, resource] of RESOURCES.filter(([group]) => group === IMAGE))
      expect([resource, verbsAllowed(role, '', resource)]).toEqual([resource, verbsAllowed(role, group, resource)]);
  });
});

describe('default bindings', () => {
  const EVERYBODY = ['system:authenticated'];

  it('let everybody read and pull what namespace openshift shares, and nothing else', () => {
    const of = (resource: string, namespace: string) => verbsAllowed('ann', IMAGE, resource, EVERYBODY, namespace);
    expect(of('imagestreams', 'openshift')).toBe(sorted(R));
    expect(of('imagestreamtags', 'openshift')).toBe(sorted(R));
    expect(of('imagestreams/layers', 'openshift')).toBe('g');
    expect(of('imagestreams', 'blue')).toBe('');
    expect(verbsAllowed('ann', '', 'secrets', EVERYBODY, 'openshift')).toBe('');
  });

  it('let people who logged in, and only them, request projects and change their own password', () => {
    const people = ['system:authenticated:oauth', ...EVERYBODY];
    expect(verbsAllowed('ann', PROJECT, 'projectrequests', people)).toBe('cl');
    expect(verbsAllowed('sa', PROJECT, 'projectrequests', EVERYBODY)).toBe('l');
    const own = (name: string, groups: string[]) =>
      index.decide(
        { user: 'ann', groups },
        asked({ verb: 'create', group: 'user.openshift.io', resource: 'users', subresource: 'password', name }),
      ).allowed;
    expect(own('~', people)).toBe(true);
    expect(own('~', EVERYBODY)).toBe(false);
    expect(own('bob', people)).toBe(false);
  });

  it('give nothing to those who show no credential', () => {
    for (const [group, resource] of RESOURCES)
      expect(verbsAllowed('system:anonymous', group, resource, ['system:unauthenticated'], 'openshift')).toBe('');
  });
});

describe('scopes of a token', () => {
  const admin = (scopes: string[]) => ({ user: 'root', groups: ['system:masters'], scopes });
  const may = (scopes: string[], verb: string, group: string, full: string, namespace = '', name = '') => {
    const [resource = '', subresource = ''] = full.split('/');
    return index.decide(admin(scopes), asked({ verb, group, resource, subresource, namespace, name })).allowed;
  };

  it.each<[string, string[], Parameters<typeof may> extends [string[], ...infer Rest] ? Rest : never, boolean]>([
    ['full', ['user:full'], ['delete', '', 'secrets', 'blue'], true],
    ['info: who am I', ['user:info'], ['get', 'user.openshift.io', 'users', '', '~'], true],
    ['info: nobody else', ['user:info'], ['get', 'user.openshift.io', 'users', '', 'bob'], false],
    ['info: no secrets', ['user:info'], ['get', '', 'secrets', 'blue'], false],
    ['check-access', ['user:check-access'], ['create', 'authorization.k8s.io', 'selfsubjectaccessreviews'], true],
    [
      'check-access: not for others',
      ['user:check-access'],
      ['create', 'authorization.k8s.io', 'subjectaccessreviews'],
      false,
    ],
    ['a role in its namespace', ['role:edit:blue'], ['create', IMAGE, 'imagestreams', 'blue'], true],
    ['a role elsewhere', ['role:edit:blue'], ['create', IMAGE, 'imagestreams', 'green'], false],
    ['a role everywhere', ['role:view:*'], ['get', IMAGE, 'imagestreams', 'green'], true],
    ['a role: nothing beyond', ['role:view:*'], ['create', IMAGE, 'imagestreams', 'green'], false],
    ['a role: no secrets', ['role:admin:*'], ['get', '', 'secrets', 'blue'], false],
    ['a role: no bindings', ['role:admin:*'], ['create', RBAC_GROUP, 'rolebindings', 'blue'], false],
    ['a role: no tokens', ['role:cluster-admin:*'], ['create', 'auth.faktorz.io', 'usertokens'], false],
    [
      'a role: no passwords',
      ['role:cluster-admin:*'],
      ['create', 'user.openshift.io', 'users/password', '', 'bob'],
      false,
    ],
    ['a role that may escalate', ['role:admin:*:!'], ['get', '', 'secrets', 'blue'], true],
    ['a role with colons', ['role:system:image-puller:blue'], ['get', IMAGE, 'imagestreams/layers', 'blue'], true],
    ['none', [], ['get', IMAGE, 'imagestreams', 'blue'], false],
    ['nonsense', ['user:everything'], ['get', IMAGE, 'imagestreams', 'blue'], false],
  ])('%s', (_case, scopes, question, expected) => {
    expect(may(scopes, ...question)).toBe(expected);
  });

  it('never reach further than the user', () => {
    const question = asked({ verb: 'get', group: IMAGE, resource: 'imagestreams', namespace: 'blue' });
    expect(index.decide({ user: 'eve', groups: [], scopes: ['role:admin:*'] }, question).allowed).toBe(false);
  });
});
