import {
  ListPullSecrets,
  ReadNamespace,
  ReadSecret,
  EnsureSecret,
  ReportNamespaceEmptied,
  ReviewAccess,
  ReviewToken,
} from '@faktorz/domain';
import { eventually } from '@faktorz/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { person, startAuthBench, type AuthBench } from './auth-bench.js';

let bench: AuthBench;
beforeAll(async (): Promise<void> => {
  bench = await startAuthBench();
}, 60_000);
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

const b64 = (text: string): string => Buffer.from(text).toString('base64');
const newProject = (name: string, who = person('ann')) =>
  bench.request(who, 'POST', '/apis/project.openshift.io/v1/projectrequests', {
    kind: 'ProjectRequest',
    apiVersion: 'project.openshift.io/v1',
    metadata: { name },
    displayName: `The ${name}`,
  });
const newSecret = (namespace: string, name: string, rest: object = {}) =>
  bench.admin('POST', `/api/v1/namespaces/${namespace}/secrets`, {
    kind: 'Secret',
    apiVersion: 'v1',
    metadata: { name },
    ...rest,
  });
const may = async (user: string, verb: string, resource: string, namespace: string) =>
  (
    await bench.requests.ask(ReviewAccess, {
      identity: person(user),
      attributes: { verb, group: 'image.openshift.io', resource, subresource: '', namespace, name: '' },
    })
  ).allowed;

describe('first start', () => {
  it('makes the permanent namespaces, with their accounts and bindings', async () => {
    const { body } = await bench.admin('GET', '/api/v1/namespaces');
    expect(body.items.map(({ metadata }: { metadata: { name: string } }) => metadata.name)).toEqual(
      expect.arrayContaining(['default', 'kube-system', 'openshift']),
    );
    const accounts = await bench.admin('GET', '/api/v1/namespaces/default/serviceaccounts');
    expect(accounts.body.items.map(({ metadata }: { metadata: { name: string } }) => metadata.name)).toEqual([
      'builder',
      'default',
      'deployer',
    ]);
  });

  it('knows the administrator by the token of the file', async () => {
    const { identity } = await bench.requests.ask(ReviewToken, { token: bench.adminToken });
    expect(identity).toMatchObject({
      user: 'admin',
      groups: ['system:masters', 'system:authenticated:oauth', 'system:authenticated'],
    });
  });

  it('lets everybody read what namespace openshift shares', async () => {
    expect(await may('ann', 'get', 'imagestreams', 'openshift')).toBe(true);
    expect(await may('ann', 'update', 'imagestreams', 'openshift')).toBe(false);
  });
});

describe('projects', () => {
  it('are requested by anybody, who administers them at once', async () => {
    const { status, body } = await newProject('blue');
    expect(status).toBe(201);
    expect(body).toMatchObject({
      kind: 'Project',
      metadata: {
        name: 'blue',
        annotations: {
          'openshift.io/requester': 'ann',
          'openshift.io/display-name': 'The blue',
          'openshift.io/description': '',
        },
      },
      spec: { finalizers: ['openshift.io/origin', 'kubernetes'] },
      status: { phase: 'Active' },
    });
    expect(await may('ann', 'delete', 'imagestreams', 'blue')).toBe(true);
    expect(await may('eve', 'get', 'imagestreams', 'blue')).toBe(false);
  });

  it('are listed to those who may see them', async () => {
    await newProject('visible-to-ann');
    const names = async (user: string) =>
      (await bench.request(person(user), 'GET', '/apis/project.openshift.io/v1/projects')).body.items.map(
        (item: { metadata: { name: string } }) => item.metadata.name,
      );
    expect(await names('ann')).toContain('visible-to-ann');
    expect(await names('eve')).not.toContain('visible-to-ann');
  });

  it.each([
    ['blue-again', 'blue-again', 409, 'project.project.openshift.io "blue-again" already exists'],
    ['a reserved name', 'kube-mine', 403, 'project.project.openshift.io "kube-mine" is forbidden: cannot request'],
    ['a short name', 'x', 422, 'must be at least 2 characters long'],
    ['capitals', 'Blue', 422, 'a lowercase RFC 1123 label'],
  ])('refuse %s', async (_case, name, status, words) => {
    if (status === 409) await newProject(name);
    expect(await newProject(name)).toMatchObject({ status, body: { message: expect.stringContaining(words) } });
  });

  it('can be given other words, but no other labels', async () => {
    await newProject('words');
    const path = '/apis/project.openshift.io/v1/projects/words';
    const patch = (metadata: object) => bench.admin('PATCH', path, { metadata }, 'application/merge-patch+json');
    expect(await patch({ annotations: { 'openshift.io/description': 'new' } })).toMatchObject({
      status: 200,
      body: { metadata: { annotations: { 'openshift.io/description': 'new' } } },
    });
    expect(await patch({ labels: { a: 'b' } })).toMatchObject({ status: 422 });
    expect(await patch({ annotations: { 'openshift.io/requester': 'eve' } })).toMatchObject({ status: 422 });
  });
});

describe('namespaces', () => {
  it('go only when every owner has reported, and take their content with them', async () => {
    await newProject('going');
    await newSecret('going', 's');
    const { uid } = await bench.requests.ask(ReadNamespace, { name: 'going' });
    expect(await bench.admin('DELETE', '/api/v1/namespaces/going')).toMatchObject({
      status: 200,
      body: { status: { phase: 'Terminating' } },
    });
    expect(await bench.requests.ask(ReadNamespace, { name: 'going', annotations: ['x'] })).toEqual({
      uid,
      phase: 'Terminating',
      annotations: {},
    });
    expect(await newSecret('going', 'late')).toMatchObject({
      status: 403,
      body: { message: expect.stringContaining('because it is being terminated') },
    });
    await eventually(
      'its secrets are gone',
      async () => (await bench.admin('GET', '/api/v1/namespaces/going/secrets')).body.items.length === 0,
    );
    await expect(
      bench.requests.ask(ReportNamespaceEmptied, { name: 'going', uid: uid!, owner: 'tag-tracker' }),
    ).rejects.toMatchObject({ reason: 'Forbidden' });
    expect((await bench.admin('GET', '/api/v1/namespaces/going')).status).toBe(200);
    const client = new pg.Client(bench.database.url('auth'));
    await client.connect();
    await client.query('INSERT INTO auth.namespace_emptied (uid, owner) VALUES ($1, $2)', [uid, 'tag-tracker']); // what the report of tag-tracker itself does
    await client.end();
    await eventually('it is gone', async () => (await bench.admin('GET', '/api/v1/namespaces/going')).status === 404);
  });

  it('keep their phase and finalizers against ordinary updates, also while they go', async () => {
    await bench.admin('POST', '/api/v1/namespaces', {
      kind: 'Namespace',
      apiVersion: 'v1',
      metadata: { name: 'steady' },
      status: { phase: 'Terminating' },
    });
    await bench.admin('DELETE', '/api/v1/namespaces/steady');
    const patched = await bench.admin(
      'PATCH',
      '/api/v1/namespaces/steady',
      { metadata: { labels: { a: 'b' } }, spec: { finalizers: [] } },
      'application/merge-patch+json',
    );
    expect(patched).toMatchObject({
      status: 200,
      body: {
        metadata: { labels: { a: 'b', 'kubernetes.io/metadata.name': 'steady' } },
        spec: { finalizers: ['kubernetes'] },
        status: { phase: 'Terminating' },
      },
    });
    expect((await bench.admin('GET', '/api/v1/namespaces/steady')).status).toBe(200);
  });

  it('are needed to write into', async () => {
    expect(await newSecret('nowhere', 's')).toMatchObject({
      status: 404,
      body: { message: 'namespaces "nowhere" not found' },
    });
    expect(await bench.admin('DELETE', '/api/v1/namespaces/default')).toMatchObject({ status: 403 });
  });
});

describe('secrets', () => {
  it('lie encrypted in the database', async () => {
    await newSecret('default', 'hidden', {
      stringData: { password: 'hunter2-plain' },
      metadata: { name: 'hidden', annotations: { note: 'hunter2-annotation' } },
    });
    const client = new pg.Client(bench.database.url('auth'));
    await client.connect();
    const { rows } = await client.query(
      "SELECT document::text AS text FROM auth.document_version WHERE resource = 'secrets' AND name = 'hidden'",
    );
    await client.end();
    expect(rows).toHaveLength(1);
    for (const plain of ['hunter2-plain', b64('hunter2-plain'), 'hunter2-annotation'])
      expect(rows[0].text).not.toContain(plain);
    const { body } = await bench.admin('GET', '/api/v1/namespaces/default/secrets/hidden');
    expect(body).toMatchObject({
      type: 'Opaque',
      data: { password: b64('hunter2-plain') },
      metadata: { annotations: { note: 'hunter2-annotation' } },
    });
    expect(body.stringData).toBeUndefined();
  });

  it('are read and listed by the services that need them', async () => {
    const dockerconfig = { '.dockerconfigjson': b64('{"auths":{}}') };
    await newSecret('default', 'pull', { type: 'kubernetes.io/dockerconfigjson', data: dockerconfig });
    await newSecret('default', 'not-pulled', {
      type: 'kubernetes.io/dockerconfigjson',
      data: dockerconfig,
      metadata: { name: 'not-pulled', annotations: { 'openshift.io/image.excludeSecret': 'true' } },
    });
    expect((await bench.requests.ask(ListPullSecrets, { namespace: 'default' })).names).toEqual(['pull']);
    expect((await bench.requests.ask(ReadSecret, { namespace: 'default', name: 'pull' })).secret).toMatchObject({
      type: 'kubernetes.io/dockerconfigjson',
      data: dockerconfig,
    });
    expect(await bench.requests.ask(ReadSecret, { namespace: 'default', name: 'none' })).toEqual({});
  });

  it('are made once, however often they are ensured', async () => {
    const ensure = (value: string) =>
      bench.requests.ask(EnsureSecret, {
        namespace: 'default',
        secret: { name: 'signing', type: 'Opaque', annotations: {}, data: { secret: b64(value) } },
      });
    const [first, second] = [await ensure('one'), await ensure('two')];
    expect(first.secret.data).toEqual({ secret: b64('one') });
    expect(second).toEqual(first);
  });

  it('refuse broken content by field', async () => {
    expect(await newSecret('default', 'broken', { type: 'kubernetes.io/tls', data: { 'tls.crt': '' } })).toMatchObject({
      status: 422,
      body: {
        message: 'Secret "broken" is invalid: data[tls.key]: Required value',
        details: { causes: [{ field: 'data[tls.key]', reason: 'FieldValueRequired' }] },
      },
    });
  });
});

describe('limits', () => {
  it.each<[string, object, string | undefined]>([
    ['LimitRange', { limits: [{ type: 'openshift.io/ImageStream', max: { 'openshift.io/images': 20 } }] }, undefined],
    ['LimitRange', { limits: [{ type: 'Pod', min: { cpu: '2' }, max: { cpu: '1' } }] }, 'spec.limits[0].min[cpu]'],
    ['ResourceQuota', { hard: { 'openshift.io/imagestreams': '10' } }, undefined],
    ['ResourceQuota', { hard: { 'openshift.io/imagestreams': '-1' } }, 'spec.hard[openshift.io/imagestreams]'],
  ])('a %s of %j is kept, or refused by field', async (kind, spec, field) => {
    const path = `/api/v1/namespaces/default/${kind.toLowerCase()}s`;
    const { status, body } = await bench.admin('POST', path, { kind, apiVersion: 'v1', metadata: { name: 'x' }, spec });
    expect([status, body.details?.causes?.[0]?.field]).toEqual(field === undefined ? [201, undefined] : [422, field]);
  });
});

describe('users and tokens', () => {
  const newToken = async (user: string, rest: object = {}) =>
    bench.admin('POST', '/apis/auth.faktorz.io/v1/usertokens', {
      kind: 'UserToken',
      apiVersion: 'auth.faktorz.io/v1',
      metadata: {},
      spec: { user, ...rest },
    });
  const identityOf = async (token: string) => (await bench.requests.ask(ReviewToken, { token })).identity;

  it('a token is shown once, works, and ends when it is deleted', async () => {
    await bench.admin('POST', '/apis/user.openshift.io/v1/users', {
      kind: 'User',
      apiVersion: 'user.openshift.io/v1',
      metadata: { name: 'bob' },
    });
    await bench.admin('POST', '/apis/user.openshift.io/v1/groups', {
      kind: 'Group',
      apiVersion: 'user.openshift.io/v1',
      metadata: { name: 'devs' },
      users: ['bob'],
    });
    const { status, body } = await newToken('bob');
    expect(status).toBe(201);
    const { token } = body.status;
    await eventually('the group is known', async () => (await identityOf(token))?.groups.includes('devs'));
    expect(await identityOf(token)).toMatchObject({
      user: 'bob',
      groups: ['devs', 'system:authenticated:oauth', 'system:authenticated'],
    });
    const list = await bench.admin('GET', '/apis/auth.faktorz.io/v1/usertokens');
    expect(JSON.stringify(list.body)).not.toContain(token);
    expect((await bench.admin('DELETE', `/apis/auth.faktorz.io/v1/usertokens/${body.metadata.name}`)).status).toBe(200);
    expect(await identityOf(token)).toBeUndefined();
  });

  it('a token ends with its time, and with its user', async () => {
    await bench.admin('POST', '/apis/user.openshift.io/v1/users', {
      kind: 'User',
      apiVersion: 'user.openshift.io/v1',
      metadata: { name: 'short' },
    });
    const brief = (await newToken('short', { expiresInSeconds: 1 })).body.status.token;
    const lasting = (await newToken('short')).body.status.token;
    await eventually('the brief one has ended', async () => (await identityOf(brief)) === undefined);
    expect(await identityOf(lasting)).toBeDefined();
    await bench.admin('DELETE', '/apis/user.openshift.io/v1/users/short');
    await bench.admin('POST', '/apis/user.openshift.io/v1/users', {
      kind: 'User',
      apiVersion: 'user.openshift.io/v1',
      metadata: { name: 'short' },
    });
    expect(await identityOf(lasting)).toBeUndefined();
  });

  it('a user ends his own token as oc logout does, and nobody else his', async () => {
    await bench.admin('POST', '/apis/user.openshift.io/v1/users', {
      kind: 'User',
      apiVersion: 'user.openshift.io/v1',
      metadata: { name: 'leaver' },
    });
    const { body } = await newToken('leaver');
    const path = `/apis/oauth.openshift.io/v1/oauthaccesstokens/${body.metadata.name}`;
    expect(await bench.request(person('eve'), 'DELETE', path)).toMatchObject({ status: 403 });
    expect(await bench.request(person('leaver'), 'DELETE', path)).toMatchObject({ status: 200 });
    expect(await identityOf(body.status.token)).toBeUndefined();
  });

  it.each(['', 'nope', 'sha256~', `sha256~${'A'.repeat(43)}`])('nobody comes with %j', async (token) => {
    expect(await identityOf(token)).toBeUndefined();
  });

  it('a token needs a user, and users cannot be given groups of the system', async () => {
    expect(await newToken('nobody')).toMatchObject({
      status: 422,
      body: { details: { causes: [{ field: 'spec.user', reason: 'FieldValueNotFound' }] } },
    });
    const user = {
      kind: 'User',
      apiVersion: 'user.openshift.io/v1',
      metadata: { name: 'climber' },
      groups: ['system:masters'],
    };
    expect(await bench.admin('POST', '/apis/user.openshift.io/v1/users', user)).toMatchObject({ status: 422 });
  });
});

describe('roles', () => {
  const bind = (who: string, namespace: string, role: string, user: string) =>
    bench.request(person(who), 'POST', `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings`, {
      kind: 'RoleBinding',
      apiVersion: 'rbac.authorization.k8s.io/v1',
      metadata: { name: `${role}-${user}` },
      subjects: [{ kind: 'User', name: user }],
      roleRef: { kind: 'ClusterRole', name: role },
    });

  it('hold as soon as they are granted and no longer than they are', async () => {
    await newProject('shared');
    expect(await may('guest', 'get', 'imagestreams', 'shared')).toBe(false);
    expect((await bind('ann', 'shared', 'view', 'guest')).status).toBe(201);
    expect(await may('guest', 'get', 'imagestreams', 'shared')).toBe(true);
    expect(await may('guest', 'update', 'imagestreams', 'shared')).toBe(false);
    await bench.admin('DELETE', '/apis/rbac.authorization.k8s.io/v1/namespaces/shared/rolebindings/view-guest');
    expect(await may('guest', 'get', 'imagestreams', 'shared')).toBe(false);
  });

  it('cannot be used to give more than one has', async () => {
    await newProject('limits');
    expect(await bind('ann', 'limits', 'cluster-admin', 'ann')).toMatchObject({
      status: 403,
      body: {
        message: expect.stringContaining('not currently held:\n{APIGroups:["*"], Resources:["*"], Verbs:["*"]}'),
      },
    });
    expect(await bind('ann', 'limits', 'nobody-made-this', 'ann')).toMatchObject({
      status: 404,
      body: { message: 'clusterroles.rbac.authorization.k8s.io "nobody-made-this" not found' },
    });
    const role = {
      kind: 'Role',
      apiVersion: 'rbac.authorization.k8s.io/v1',
      metadata: { name: 'all' },
      rules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
    };
    expect(
      await bench.request(person('ann'), 'POST', '/apis/rbac.authorization.k8s.io/v1/namespaces/limits/roles', role),
    ).toMatchObject({ status: 403 });
    expect((await bind('ann', 'limits', 'edit', 'guest')).status).toBe(201);
  });

  it('show the rules they aggregate', async () => {
    const { body } = await bench.admin('GET', '/apis/rbac.authorization.k8s.io/v1/clusterroles/view');
    expect(body.rules.length).toBeGreaterThan(3);
  });
});

describe('a restart', () => {
  it('keeps everything, and revokes the token that is no longer in the file', async () => {
    const before = (await bench.admin('GET', '/api/v1/namespaces')).body.items.length;
    await bench.restart();
    expect((await bench.admin('GET', '/api/v1/namespaces')).body.items.length).toBe(before);
    expect((await bench.requests.ask(ReviewToken, { token: bench.adminToken })).identity?.user).toBe('admin');
  });
});
