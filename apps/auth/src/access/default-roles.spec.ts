import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { defaultRbacObjects } from '../first-start/default-rbac.js';
import { AccessIndex } from './access-index.js';
import { asked } from './access-of.js';
import { RBAC_GROUP, type RoleBinding, type RoleRef } from './rbac.js';

const READ = ['get', 'list', 'watch'];
const WRITE = ['create', 'update', 'patch', 'delete', 'deletecollection'];
const VERBS = [...READ, ...WRITE, 'impersonate', 'bind', 'escalate'];
const WORDS: Readonly<Record<string, readonly string[]>> = {
  '–': [],
  read: READ,
  write: WRITE,
  all: [...READ, ...WRITE],
};
const IMAGE = 'image.openshift.io';
const PROJECT = 'project.openshift.io';
/** The object that a cell with `~` is limited to: the caller. */
const ME = '~';

/** What docs/roles.md says: of each role, by `group/resource`, the words of its cell. */
const TABLE = readTables(readFileSync(new URL('../../../../docs/roles.md', import.meta.url), 'utf8'));
const RESOURCES = [...new Set([...TABLE.values()].flatMap((rows) => [...rows.keys()]))].sort();

function readTables(text: string): Map<string, Map<string, string[]>> {
  const roles = new Map<string, Map<string, string[]>>();
  let columns: string[] = [];
  for (const line of text.split('\n')) {
    const [group, resources, ...cells] = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    if (group === undefined || resources === undefined || group.startsWith('--')) continue;
    if (group === 'group') {
      columns = cells;
      for (const role of columns) roles.set(role, new Map());
      continue;
    }
    for (const resource of resources.split(', '))
      columns.forEach((role, index) =>
        roles.get(role)!.set(`${group === 'core' ? '' : group}/${resource}`, cells[index]!.split(' ')),
      );
  }
  return roles;
}

/** The verbs a cell allows on the object of this name. */
function verbsIn(cell: readonly string[] = [], name: string): string[] {
  if (cell.includes(ME) && name !== ME) return [];
  return cell.flatMap((word) => WORDS[word] ?? (word === ME ? [] : [word])).sort();
}

const index = new AccessIndex();
const { clusterRoles, roles, clusterRoleBindings, roleBindings } = defaultRbacObjects();
index.replaceAll('clusterroles', clusterRoles);
index.replaceAll('roles', roles);
index.replaceAll('rolebindings', [
  ...roleBindings,
  bindingOf({ kind: 'Role', name: 'shared-resource-viewer' }, 'openshift'),
]);
index.replaceAll('clusterrolebindings', [
  ...clusterRoleBindings,
  ...clusterRoles.map(({ metadata }) => bindingOf({ kind: 'ClusterRole', name: metadata.name })),
]);

/** One user per role, who is in no group and has nothing else. */
function bindingOf({ kind, name }: Pick<RoleRef, 'kind' | 'name'>, namespace?: string): RoleBinding {
  return {
    kind: namespace ? 'RoleBinding' : 'ClusterRoleBinding',
    apiVersion: `${RBAC_GROUP}/v1`,
    metadata: { name: `of ${name}`, namespace },
    subjects: [{ kind: 'User', apiGroup: RBAC_GROUP, name }],
    roleRef: { apiGroup: RBAC_GROUP, kind, name },
  };
}

interface Question {
  groups?: string[];
  namespace?: string;
  name?: string;
}

function verbsAllowed(
  user: string,
  where: string,
  { groups = [], namespace = 'openshift', name = 'x' }: Question = {},
) {
  const [group = '', resource = '', subresource = ''] = where.split('/');
  return VERBS.filter((verb) => {
    const question = asked({ verb, group, resource, subresource, namespace, name });
    return index.decide({ user, groups }, question).allowed;
  }).sort();
}

describe.each([...TABLE])('role %s', (role, cells) => {
  it.each(RESOURCES)('allows on %s what docs/roles.md says', (where) => {
    for (const name of ['x', ME])
      expect([name, verbsAllowed(role, where, { name })]).toEqual([name, verbsIn(cells.get(where), name)]);
  });

  it('allows on images in the empty group what it allows in their own', () => {
    for (const where of RESOURCES.filter((one) => one.startsWith(`${IMAGE}/`)))
      expect([where, verbsAllowed(role, where.slice(IMAGE.length))]).toEqual([where, verbsAllowed(role, where)]);
  });
});

describe('docs/roles.md', () => {
  /** Roles that are only parts of others. */
  const PARTS = /^system:(openshift:)?aggregate-to-/;

  it('has every role, but those that are parts of others, everything, or paths', () => {
    const names = clusterRoles.map(({ metadata }) => metadata.name).filter((name) => !PARTS.test(name));
    expect([...TABLE.keys(), 'cluster-admin', 'system:discovery'].sort()).toEqual(
      [...names, ...roles.map(({ metadata }) => metadata.name)].sort(),
    );
  });

  it('has every resource that a role names', () => {
    const named = [...clusterRoles, ...roles].flatMap(({ rules }) =>
      (rules ?? []).flatMap(({ apiGroups = [], resources = [] }) => {
        const own = apiGroups.filter((group) => group !== '' || apiGroups.length === 1);
        return own.flatMap((group) => resources.map((resource) => `${group}/${resource}`));
      }),
    );
    expect(named.filter((where) => where !== '*/*' && !RESOURCES.includes(where))).toEqual([]);
  });
});

it('cluster-admin may do everything', () => {
  for (const where of [...RESOURCES, 'auth.faktorz.io/usertokens', 'nobody.example/knows'])
    expect(verbsAllowed('cluster-admin', where)).toEqual([...VERBS].sort());
});

it.each(['usertokens', 'auditevents', 'encryptionkeyrotations'])('no other role reaches %s', (resource) => {
  for (const role of TABLE.keys()) expect(verbsAllowed(role, `auth.faktorz.io/${resource}`)).toEqual([]);
});

describe('default bindings', () => {
  const EVERYBODY = ['system:authenticated'];

  it('let everybody read and pull what namespace openshift shares, and nothing else', () => {
    const of = (resource: string, namespace: string) =>
      verbsAllowed('ann', `${IMAGE}/${resource}`, { groups: EVERYBODY, namespace });
    expect(of('imagestreams', 'openshift')).toEqual(READ);
    expect(of('imagestreamtags', 'openshift')).toEqual(READ);
    expect(of('imagestreams/layers', 'openshift')).toEqual(['get']);
    expect(of('imagestreams', 'blue')).toEqual([]);
    expect(verbsAllowed('ann', '/secrets', { groups: EVERYBODY })).toEqual([]);
  });

  it('let people who logged in, and only them, request projects and change their own password', () => {
    const people = ['system:authenticated:oauth', ...EVERYBODY];
    expect(verbsAllowed('ann', `${PROJECT}/projectrequests`, { groups: people })).toEqual(['create', 'list']);
    expect(verbsAllowed('sa', `${PROJECT}/projectrequests`, { groups: EVERYBODY })).toEqual(['list']);
    const own = (name: string, groups: string[]) =>
      verbsAllowed('ann', 'user.openshift.io/users/password', { name, groups });
    expect(own(ME, people)).toEqual(['create']);
    expect(own(ME, EVERYBODY)).toEqual([]);
    expect(own('bob', people)).toEqual([]);
  });

  it('give nothing to those who show no credential', () => {
    for (const where of RESOURCES)
      expect(verbsAllowed('system:anonymous', where, { groups: ['system:unauthenticated'] })).toEqual([]);
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
