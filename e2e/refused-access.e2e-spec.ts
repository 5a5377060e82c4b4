import { createHmac, createPublicKey, generateKeyPairSync, type JsonWebKey, randomUUID, sign } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from '@faktorz/testing';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Acceptance } from './support/acceptance.js';
import { ME, PASSWORD, startWithTwoUsers } from './support/two-users.js';

jest.setTimeout(30_000); // some commands are processes of their own

const WORKSPACE = fileURLToPath(new URL('..', import.meta.url));
const AUDIT = '/apis/auth.faktorz.io/v1/auditevents';

/** What the tests look at in a record. */
interface AuditView {
  user: string;
  impersonatedBy?: string;
  decision: string;
  code: number;
  reason: string;
  userAgent: string;
}

let bench: Acceptance;
let bob: string;
let eve: string;
beforeAll(async () => {
  ({ bench, bob, eve } = await startWithTwoUsers());
}, 120_000);
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

async function status(path: string, init: Parameters<Acceptance['system']['request']>[1] = {}): Promise<number> {
  const response = await bench.system.request(path, init);
  await response.arrayBuffer();
  return response.status;
}

/** Sends a request that is to be refused; its code, and the record of it. */
async function refused(
  path: string,
  { headers, ...init }: { method?: string; token?: string; json?: unknown; headers?: Record<string, string> },
): Promise<[number, AuditView]> {
  const userAgent = `refused/${randomUUID()}`; // by which the record is found
  const code = await status(path, { ...init, headers: { ...headers, 'user-agent': userAgent } });
  const record = await eventually('the record', async () => {
    const list = await bench.object<{ items: AuditView[] }>(`${AUDIT}?fieldSelector=decision=deny`);
    return list!.items.find((item) => item.userAgent === userAgent);
  });
  return [code, record];
}

describe('a token that is not good', () => {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  let good: string;
  let header: Record<string, string>;
  let payload: Record<string, unknown>;
  let publicKey: string;
  beforeAll(async () => {
    good = await accountToken({});
    [header, payload] = good
      .split('.')
      .slice(0, 2)
      .map((text) => JSON.parse(Buffer.from(text, 'base64url').toString())) as [typeof header, typeof payload];
    const { keys } = (await bench.object<{ keys: JsonWebKey[] }>('/openid/v1/jwks'))!;
    const key = keys.find(({ kid }) => kid === header['kid'])!;
    publicKey = createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString();
    expect(await status(ME, { token: good })).toBe(200);
  });

  async function accountToken(spec: object): Promise<string> {
    const response = await bench.system.request('/api/v1/namespaces/blue/serviceaccounts/default/token', {
      method: 'POST',
      json: { kind: 'TokenRequest', apiVersion: 'authentication.k8s.io/v1', spec },
    });
    return ((await response.json()) as { status: { token: string } }).status.token;
  }

  async function userToken(spec: object): Promise<string> {
    const response = await bench.system.request('/apis/auth.faktorz.io/v1/usertokens', {
      method: 'POST',
      json: { kind: 'UserToken', apiVersion: 'auth.faktorz.io/v1', metadata: {}, spec },
    });
    return ((await response.json()) as { status: { token: string } }).status.token;
  }

  it.each<[string, () => string | Promise<string>]>([
    ['signed by nobody: alg none', () => `${part({ ...header, alg: 'none' })}.${part(payload)}.`],
    [
      'signed by another key',
      () => {
        const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
        const text = `${part(header)}.${part(payload)}`;
        const signature = sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' });
        return `${text}.${signature.toString('base64url')}`;
      },
    ],
    [
      'signed with our public key as if it were a secret',
      () => {
        const text = `${part({ ...header, alg: 'HS256' })}.${part(payload)}`;
        const mac = createHmac('sha256', publicKey).update(text).digest('base64url');
        return `${text}.${mac}`;
      },
    ],
    [
      'with the name of another account in it',
      () =>
        `${part(header)}.${part({ ...payload, sub: 'system:serviceaccount:kube-system:default' })}.${good.split('.')[2]}`,
    ],
    ['meant for somebody else', () => accountToken({ audiences: ['https://vault.example'] })],
    [
      'of a user, past its time',
      async () => {
        const token = await userToken({ user: 'bob', expiresInSeconds: 1 });
        await eventually('its time is over', async () => (await status(ME, { token })) === 401);
        return token;
      },
    ],
    [
      'that was revoked',
      async () => {
        const token = await userToken({ user: 'bob' });
        expect(await status(ME, { token })).toBe(200);
        await bench.faktorz(['--token', token, 'logout']);
        await eventually('it is gone', async () => (await status(ME, { token })) === 401);
        return token;
      },
    ],
    ['nobody ever had', () => `sha256~${'A'.repeat(43)}`],
  ])('%s: 401, and a record of it', async (_case, make) => {
    const [code, record] = await refused(ME, { token: await make() });
    expect([code, record.code, record.user]).toEqual([401, 401, '']);
  });
});

describe('roads to more than one has', () => {
  const RBAC = '/apis/rbac.authorization.k8s.io/v1';
  const roleRef = (name: string) => ({ apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name });
  const binding = (role: string, kind = 'RoleBinding') => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind,
    metadata: { name: 'mine' },
    subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'bob' }],
    roleRef: roleRef(role),
  });
  const everything = { verbs: ['*'], apiGroups: ['*'], resources: ['*'] };

  it.each<[string, string, string, object | undefined, Record<string, string>]>([
    ['a greater role in his own project', 'POST', `${RBAC}/namespaces/blue/rolebindings`, binding('cluster-admin'), {}],
    ['a role everywhere', 'POST', `${RBAC}/clusterrolebindings`, binding('view', 'ClusterRoleBinding'), {}],
    ['a role in another project', 'POST', `${RBAC}/namespaces/default/rolebindings`, binding('view'), {}],
    [
      'a role of his own making',
      'POST',
      `${RBAC}/namespaces/blue/roles`,
      { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'all' }, rules: [everything] },
      {},
    ],
    ['acting as the administrator', 'GET', '/api/v1/namespaces', undefined, { 'impersonate-user': 'admin' }],
    [
      'acting for a group',
      'GET',
      '/api/v1/namespaces',
      undefined,
      { 'impersonate-user': 'bob', 'impersonate-group': 'system:masters' },
    ],
    [
      'acting as an account elsewhere',
      'GET',
      '/api/v1/namespaces',
      undefined,
      { 'impersonate-user': 'system:serviceaccount:default:builder' },
    ],
    [
      'a token of the administrator',
      'POST',
      '/apis/auth.faktorz.io/v1/usertokens',
      { apiVersion: 'auth.faktorz.io/v1', kind: 'UserToken', metadata: {}, spec: { user: 'admin' } },
      {},
    ],
    [
      'the password of the administrator',
      'POST',
      '/apis/user.openshift.io/v1/users/admin/password',
      { apiVersion: 'auth.faktorz.io/v1', kind: 'UserPassword', spec: { password: 'swordfish!' } },
      {},
    ],
    [
      'making himself an administrator',
      'PUT',
      '/apis/user.openshift.io/v1/users/bob',
      { apiVersion: 'user.openshift.io/v1', kind: 'User', metadata: { name: 'bob' }, groups: ['system:masters'] },
      {},
    ],
    [
      'making himself a member of a group',
      'POST',
      '/apis/user.openshift.io/v1/groups',
      { apiVersion: 'user.openshift.io/v1', kind: 'Group', metadata: { name: 'admins' }, users: ['bob'] },
      {},
    ],
    [
      'adding to a role that everybody has',
      'PATCH',
      `${RBAC}/clusterroles/basic-user`,
      { rules: [everything] },
      { 'content-type': 'application/merge-patch+json' },
    ],
    [
      'a role that adds to others by its label',
      'POST',
      `${RBAC}/clusterroles`,
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRole',
        metadata: { name: 'more', labels: { 'rbac.authorization.k8s.io/aggregate-to-admin': 'true' } },
        rules: [everything],
      },
      {},
    ],
    [
      'a project of the system',
      'POST',
      '/apis/project.openshift.io/v1/projectrequests',
      { apiVersion: 'project.openshift.io/v1', kind: 'ProjectRequest', metadata: { name: 'openshift-mine' } },
      {},
    ],
    [
      'a namespace without asking for a project',
      'POST',
      '/api/v1/namespaces',
      { kind: 'Namespace', apiVersion: 'v1', metadata: { name: 'mine' } },
      {},
    ],
    ['the list of tokens', 'GET', '/apis/auth.faktorz.io/v1/usertokens', undefined, {}],
    ['the audit trail', 'GET', '/apis/auth.faktorz.io/v1/auditevents', undefined, {}],
    [
      'the encryption key',
      'POST',
      '/apis/auth.faktorz.io/v1/encryptionkeyrotations',
      { apiVersion: 'auth.faktorz.io/v1', kind: 'EncryptionKeyRotation' },
      {},
    ],
    [
      'a token of an account elsewhere',
      'POST',
      '/api/v1/namespaces/default/serviceaccounts/default/token',
      { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} },
      {},
    ],
    ['secrets elsewhere', 'GET', '/api/v1/namespaces/default/secrets', undefined, {}],
  ])('%s: 403, and a record of it', async (_case, method, path, json, headers) => {
    const [code, record] = await refused(path, { method, token: bob, json, headers });
    expect([code, record.code]).toEqual([403, 403]);
    expect([record.user, record.impersonatedBy]).toContain('bob');
    expect(record.reason).not.toBe('');
  });

  it.each<[string, string, string, object | undefined]>([
    ['user:info', 'GET', '/api/v1/namespaces/blue/secrets', undefined],
    ['user:check-access', 'GET', '/apis/image.openshift.io/v1/namespaces/blue/imagestreams', undefined],
    ['role:view:blue', 'POST', `${RBAC}/namespaces/blue/rolebindings`, binding('view')],
    ['role:admin:blue', 'GET', '/api/v1/namespaces/blue/secrets', undefined],
    ['role:admin:blue', 'POST', `${RBAC}/namespaces/blue/rolebindings`, binding('admin')],
    [
      'role:admin:blue',
      'POST',
      '/api/v1/namespaces/blue/serviceaccounts/builder/token',
      { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} },
    ],
    ['role:cluster-admin:*', 'GET', '/api/v1/namespaces/default/secrets', undefined],
  ])('a token of the scope %s: %s %s', async (scope, method, path, json) => {
    const made = await bench.system.request('/apis/auth.faktorz.io/v1/usertokens', {
      method: 'POST',
      json: {
        kind: 'UserToken',
        apiVersion: 'auth.faktorz.io/v1',
        metadata: {},
        spec: { user: 'bob', scopes: [scope] },
      },
    });
    const { token } = ((await made.json()) as { status: { token: string } }).status;
    const [code, record] = await refused(path, { method, token, json });
    expect([code, record.code, record.user]).toEqual([403, 403, 'bob']);
  });

  it.each([
    ['X-FaktorZ-Identity', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.'],
    ['X-Remote-User', 'admin'],
    ['X-Remote-Group', 'system:masters'],
    ['X-Forwarded-User', 'admin'],
  ])('an identity in the header %s from outside', async (name, value) => {
    expect(await status('/api/v1/namespaces/default/secrets', { token: eve, headers: { [name]: value } })).toBe(403);
    expect(await status('/api/v1/namespaces/default/secrets', { token: '', headers: { [name]: value } })).not.toBe(200);
  });

  it.each([
    '/api/v1/namespaces/blue/../default/secrets',
    '/api/v1/namespaces/blue/%2e%2e/default/secrets',
    '/api/v1/namespaces/blue%2fsecrets%2f..%2f..%2fdefault/secrets',
    '/api/v1/namespaces/default%2fsecrets',
    '/api/v1//namespaces/default/secrets',
    '/api/v1/namespaces/default/secrets/..',
    '/api/v1/namespaces/default:blue/secrets',
    '/api/v1/namespaces/default%00/secrets',
  ])('the path %s', async (path) => {
    const code = await status(path, { token: bob });
    expect(code).not.toBe(200);
    expect(code).toBeLessThan(500);
  });
});

/** The list in docs/security.md, by the heading above it. */
function documented(heading: string): string[] {
  const text = readFileSync(join(WORKSPACE, 'docs', 'security.md'), 'utf8');
  const section = text.split(/^## /m).find((part) => part.startsWith(heading)) ?? '';
  const paths = [...section.matchAll(/^\| `(?:[A-Z, ]+ )?(\/[^`]*)`/gm)].map(([, path]) => path!);
  return paths.map((path) => path.replace(/\/[A-Z]+(?=\/|$)/g, '/x')).sort();
}

describe('without a credential', () => {
  /** Paths of the controllers in the source: those that no API description announces. */
  function controllerPaths(): string[] {
    const apps = join(WORKSPACE, 'apps');
    const files = readdirSync(apps, { recursive: true, encoding: 'utf8' }).filter((file) =>
      /^[^/]+\/src\/.*\.controller\.ts$/.test(file),
    );
    return files.flatMap((file) => {
      const text = readFileSync(join(apps, file), 'utf8');
      const prefix = /@Controller\('([^']*)'\)/.exec(text)?.[1] ?? '';
      const routes = [...text.matchAll(/@(?:Get|Post|Put|Patch|Delete|All)\((?:'([^']*)')?\)/g)];
      return routes.map(([, route = '']) => `/${prefix}/${route}`.replace(/\/+$/, '').replace(/:\w+/g, 'x'));
    });
  }

  /** Every path anybody announces, and those nobody does. */
  async function allPaths(): Promise<string[]> {
    const index = await bench.object<{ paths: string[] }>('/');
    const paths = new Set([
      '/',
      '/nope',
      '/console',
      '/metrics',
      '/debug',
      '/internal',
      ...controllerPaths(),
      '/oauth',
      '/oauth/token/display',
      ...index!.paths,
    ]);
    for (const group of index!.paths.filter((path) => /^\/api(s\/[^/]+)?\/v\d/.test(path))) {
      const list = await bench.object<{ resources: { name: string; namespaced: boolean }[] }>(group);
      for (const { name, namespaced } of list?.resources ?? []) {
        const [plural, sub] = name.split('/');
        const place = namespaced ? `${group}/namespaces/default/${plural!}` : `${group}/${plural!}`;
        paths.add(sub === undefined ? place : `${place}/x/${sub}`).add(`${place}/x`);
      }
    }
    const openapi = await bench.object<{ paths: Record<string, unknown> }>('/openapi/v2');
    for (const path of Object.keys(openapi?.paths ?? {})) paths.add(path.replace(/\{[^}]+\}/g, 'x'));
    return [...paths, ...documented('The public API')];
  }

  it('the public API answers only what docs/security.md says', async () => {
    const answering: string[] = [];
    for (const path of new Set(await allPaths())) {
      const codes = await Promise.all(
        ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].map((method) =>
          status(path, { method, headers: { authorization: '' } }),
        ),
      );
      // 401 of the login itself is an answer: it asks for name and password.
      if (path.startsWith('/oauth/') || codes.some((code) => code !== 401 && code !== 403)) answering.push(path);
    }
    const known = new Set([...documented('The public API'), '/oauth/token/display']);
    expect(answering.filter((path) => !known.has(path))).toEqual([]);
    for (const path of documented('The public API').filter((path) => !path.startsWith('/oauth/')))
      expect([path, answering.includes(path)]).toEqual([path, true]);
  }, 120_000);

  it('every service answers on its internal port only what docs/security.md says', async () => {
    const running = JSON.parse(await readFile(join(bench.system.dataDirectory, 'processes.json'), 'utf8')) as object;
    const services = Object.keys(running);
    expect(services).toEqual(expect.arrayContaining(['auth', 'gateway', 'workloads']));
    const all = [...(await allPaths()), '/livez', '/readyz', '/metrics', '/version', '/healthz'];
    for (const service of services)
      expect([service, await answeringInside(service, new Set(all))]).toEqual([service, documented('Internal ports')]);
  }, 120_000);

  async function answeringInside(service: string, paths: Iterable<string>): Promise<string[]> {
    const [pid] = await bench.system.pids(service);
    const environ = await readFile(`/proc/${pid!}/environ`, 'utf8');
    const port = /FAKTORZ_HTTP_PORT=(\d+)/.exec(environ)![1]!;
    const answering: string[] = [];
    for (const path of paths) {
      const codes = ['GET', 'POST', 'DELETE'].map((method) => codeOf(`http://127.0.0.1:${port}${path}`, method));
      if ((await Promise.all(codes)).some((code) => ![401, 403, 404].includes(code))) answering.push(path);
    }
    return answering.sort();
  }
});

describe('without a credential at the registry', () => {
  it('nothing answers but what docs/security.md says', async () => {
    const digest = `sha256:${'0'.repeat(64)}`;
    const paths = [
      ...documented('The registry'),
      '/v2/',
      '/v2/_catalog',
      ...[
        'manifests/latest',
        `manifests/${digest}`,
        'tags/list',
        `blobs/${digest}`,
        'blobs/uploads/',
        'blobs/uploads/x',
      ].map((rest) => `/v2/blue/app/${rest}`),
      `/extensions/v2/blue/app/signatures/${digest}`,
      ...['/metrics', '/livez', '/readyz', '/admin', '/debug/vars', '/internal', '/openshift'],
    ];
    const answering: string[] = [];
    for (const path of paths) {
      const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
      const codes = methods.map((method) => codeOf(`http://127.0.0.1:${bench.system.registryPort}${path}`, method));
      if ((await Promise.all(codes)).some((code) => code < 400 || code >= 500)) answering.push(path);
    }
    expect(answering.sort()).toEqual(documented('The registry'));
  });
});

/** Asks without a credential, but with a name somebody might believe. */
async function codeOf(url: string, method: string): Promise<number> {
  const response = await fetch(url, { method, headers: { 'x-remote-user': 'admin' }, redirect: 'manual' });
  await response.arrayBuffer();
  return response.status;
}

describe('the audit file', () => {
  it('has JSON lines and no secret', async () => {
    const logs = join(bench.system.dataDirectory, 'logs');
    expect(readdirSync(logs)).toContain('audit.jsonl');
    const text = readFileSync(join(logs, 'audit.jsonl'), 'utf8');
    const records = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { user: string; decision: string });
    expect(records.some(({ user, decision }) => user === 'bob' && decision === 'allow')).toBe(true);
    for (const secret of [PASSWORD, bob, eve, bench.system.token, 'swordfish!']) expect(text).not.toContain(secret);
  });
});
