import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { person, startAuthBench, type AuthAnswer, type AuthBench } from './auth-bench.js';

const OPENSHIFT = '/apis/authorization.openshift.io/v1';
const RBAC = 'rbac.authorization.k8s.io';
let bench: AuthBench;
beforeAll(async (): Promise<void> => {
  bench = await startAuthBench();
  for (const name of ['blue', 'green'])
    await bench.request(person('ann'), 'POST', '/apis/project.openshift.io/v1/projectrequests', {
      kind: 'ProjectRequest',
      apiVersion: 'project.openshift.io/v1',
      metadata: { name },
    });
  await bench.admin('POST', `/apis/${RBAC}/v1/namespaces/blue/rolebindings`, {
    kind: 'RoleBinding',
    apiVersion: `${RBAC}/v1`,
    metadata: { name: 'readers' },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'registry-viewer' },
    subjects: [
      { kind: 'User', apiGroup: RBAC, name: 'bob' },
      { kind: 'Group', apiGroup: RBAC, name: 'devs' },
      { kind: 'ServiceAccount', name: 'robot' },
    ],
  });
}, 60_000);
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

describe('reviews', () => {
  it('tell the caller who he is', async () => {
    const review = { kind: 'SelfSubjectReview', apiVersion: 'authentication.k8s.io/v1', metadata: {} };
    const { status, body } = await bench.request(
      person('ann'),
      'POST',
      '/apis/authentication.k8s.io/v1/selfsubjectreviews',
      review,
    );
    expect(status).toBe(201);
    expect(body.status).toEqual({
      userInfo: { username: 'ann', groups: ['system:authenticated:oauth', 'system:authenticated'] },
    });
  });

  it('tell what somebody may do', async () => {
    const review = {
      kind: 'SubjectAccessReview',
      apiVersion: 'authorization.k8s.io/v1',
      metadata: {},
      spec: { user: 'eve', resourceAttributes: { verb: 'get', group: 'image.openshift.io', resource: 'images' } },
    };
    expect(
      (await bench.admin('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', review)).body.status,
    ).toEqual({ allowed: false });
  });

  const authorization = '/apis/authorization.k8s.io/v1';
  const pods = { verb: 'get', resource: 'pods' };
  it.each<[string, string, string, object, number, string]>([
    ['nothing', 'SelfSubjectAccessReview', '', {}, 422, 'exactly one of nonResourceAttributes or resourceAttributes'],
    [
      'two things',
      'SelfSubjectAccessReview',
      '',
      { resourceAttributes: pods, nonResourceAttributes: { path: '/', verb: 'get' } },
      422,
      'cannot be specified in combination with resourceAttributes',
    ],
    [
      'nobody',
      'SubjectAccessReview',
      '',
      { resourceAttributes: pods },
      422,
      'at least one of user or group must be specified',
    ],
    [
      'another namespace',
      'LocalSubjectAccessReview',
      '/namespaces/default',
      { user: 'eve', resourceAttributes: { ...pods, namespace: 'openshift' } },
      422,
      'spec.resourceAttributes.namespace: Invalid value: "openshift": must match metadata.namespace',
    ],
    [
      'a path in a namespace',
      'LocalSubjectAccessReview',
      '/namespaces/default',
      { user: 'eve', nonResourceAttributes: { path: '/', verb: 'get' } },
      422,
      'disallowed on this kind of request',
    ],
    ['no namespace', 'SelfSubjectRulesReview', '', {}, 400, 'no namespace on request'],
  ])('refuse a question about %s', async (_case, kind, where, spec, status, words) => {
    const path = `${authorization}${where}/${kind.toLowerCase()}s`;
    const review = { kind, apiVersion: 'authorization.k8s.io/v1', metadata: {}, spec };
    expect(await bench.admin('POST', path, review)).toMatchObject({
      status,
      body: { message: expect.stringContaining(words) },
    });
  });

  it('of tokens need one, and say of a bad one only that it is', async () => {
    const ask = (spec: object) =>
      bench.admin('POST', '/apis/authentication.k8s.io/v1/tokenreviews', {
        kind: 'TokenReview',
        apiVersion: 'authentication.k8s.io/v1',
        metadata: {},
        spec,
      });
    expect(await ask({})).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('token is required') },
    });
    expect((await ask({ token: 'x' })).body.status).toEqual({ user: {}, error: 'invalid bearer token' });
  });

  it('answer the older form only about the caller himself', async () => {
    const review = {
      kind: 'SubjectAccessReview',
      apiVersion: 'authorization.openshift.io/v1',
      verb: 'create',
      resource: 'projectrequests',
      resourceAPIGroup: 'project.openshift.io',
    };
    const ask = (more: object) =>
      bench.request(person('ann'), 'POST', '/apis/authorization.openshift.io/v1/subjectaccessreviews', {
        ...review,
        ...more,
      });
    expect(await ask({})).toMatchObject({ status: 201, body: { kind: 'SubjectAccessReviewResponse', allowed: true } });
    expect(await ask({ user: 'admin', groups: ['system:masters'] })).toMatchObject({ status: 403 });
  });
});

describe("the question of OpenShift's group", () => {
  const ask = (kind: string, body: object, who = 'ann', namespace?: string): Promise<AuthAnswer> => {
    const place = namespace === undefined ? OPENSHIFT : `${OPENSHIFT}/namespaces/${namespace}`;
    const review = { kind, apiVersion: 'authorization.openshift.io/v1', ...body };
    return bench.request(person(who), 'POST', `${place}/${kind.toLowerCase()}s`, review);
  };
  const pull = { verb: 'get', resourceAPIGroup: 'image.openshift.io', resource: 'imagestreams/layers' };

  it('who may do something in a namespace names users, service accounts and groups', async () => {
    const { status, body } = await ask('LocalResourceAccessReview', pull, 'ann', 'blue');
    expect(status).toBe(201);
    expect(body).toEqual({
      kind: 'ResourceAccessReviewResponse',
      apiVersion: 'authorization.openshift.io/v1',
      namespace: 'blue',
      users: ['ann', 'bob', 'system:serviceaccount:blue:builder', 'system:serviceaccount:blue:robot'],
      groups: ['devs', 'system:masters', 'system:serviceaccounts:blue'],
      evalutionError: '',
    });
  });

  it('who may do something everywhere counts only what holds everywhere, and is for those who may ask everywhere', async () => {
    expect((await ask('ResourceAccessReview', pull)).status).toBe(403);
    const { status, body } = await bench.admin('POST', `${OPENSHIFT}/resourceaccessreviews`, {
      kind: 'ResourceAccessReview',
      apiVersion: 'authorization.openshift.io/v1',
      ...pull,
    });
    expect([status, body.users, body.groups]).toEqual([201, [], ['system:masters']]);
  });

  it.each<[string, object, string]>([
    ['without a verb', { ...pull, verb: '' }, 'verb'],
    ['without a resource', { verb: 'get' }, 'resource'],
    ['without the path of a path', { verb: 'get', isNonResourceURL: true }, 'path'],
    ['about another namespace', { ...pull, namespace: 'green' }, 'namespace'],
  ])('who may: %s names the field', async (_case, body, field) => {
    const answer = await ask('LocalResourceAccessReview', body, 'ann', 'blue');
    expect([answer.status, answer.body.details?.causes?.[0]?.field]).toEqual([422, field]);
  });

  it('may he, in a namespace', async () => {
    const mayBob = async (namespace: string) =>
      (await ask('LocalSubjectAccessReview', { ...pull, user: 'bob' }, 'ann', namespace)).body.allowed;
    expect([await mayBob('blue'), await mayBob('green')]).toEqual([true, false]);
    expect((await ask('LocalSubjectAccessReview', { ...pull, user: 'bob' }, 'eve', 'blue')).status).toBe(403);
  });

  it('what may he, and what may I, in a namespace', async () => {
    const rulesFor = async (kind: string, spec: object, who?: string) =>
      JSON.stringify((await ask(kind, { spec }, who, 'blue')).body.status?.rules);
    expect(await rulesFor('SubjectRulesReview', { user: 'bob' })).toContain('imagestreams/layers');
    expect(await rulesFor('SubjectRulesReview', { user: 'eve' })).not.toContain('imagestreams');
    expect(await rulesFor('SelfSubjectRulesReview', {})).toContain('rolebindings');
    expect(await rulesFor('SelfSubjectRulesReview', { scopes: ['user:info'] })).not.toContain('rolebindings');
  });
});
