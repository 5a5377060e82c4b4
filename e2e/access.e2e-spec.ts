import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from '@faktorz/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Acceptance } from './support/acceptance.js';
import type { Ran } from './support/program.js';

const PASSWORD = 'correct horse battery';
const SERVICES = ['auth', 'tag-tracker', 'importer', 'trigger-dispatcher', 'gateway'];
const WORKSPACE = fileURLToPath(new URL('..', import.meta.url));

let bench: Acceptance;
let bob: string;
let eve: string;
beforeAll(async () => {
  bench = await Acceptance.start();
  for (const name of ['bob', 'eve'])
    expect(await bench.faktorz(['adm', 'create-user', name, '--password-stdin'], { input: PASSWORD })).toMatchObject({
      code: 0,
    });
  bob = await tokenOf('bob');
  eve = await tokenOf('eve');
  expect(await bench.faktorz(['--token', bob, 'new-project', 'blue'])).toMatchObject({ code: 0 });
}, 120_000);
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

async function tokenOf(user: string): Promise<string> {
  return (await bench.faktorz(['adm', 'create-token', user])).stdout.trim();
}

/** kubectl as somebody else than the administrator, in project `blue`. */
function kubectlAs(token: string, ...args: string[]): Promise<Ran> {
  return bench.kubectl(['--token', token, '-n', 'blue', ...args]);
}

async function status(path: string, init: Parameters<Acceptance['system']['request']>[1] = {}): Promise<number> {
  const response = await bench.system.request(path, init);
  await response.arrayBuffer();
  return response.status;
}

describe('faktorz', () => {
  const kubeconfig = () => join(bench.directory, 'bob.kubeconfig');
  const asBob = (args: string[], input?: string) => bench.faktorz(args, { env: { KUBECONFIG: kubeconfig() }, input });

  it('logs in by name and password, says who one is, and logs out', async () => {
    const ca = await bench.file('api-ca.crt', bench.system.ca);
    const login = ['login', '-u', 'bob', '-p', PASSWORD, '--certificate-authority', ca, bench.system.apiUrl];
    expect(await asBob(login)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Login successful\./) });
    expect((await asBob(['whoami'])).stdout).toBe('bob\n');
    const token = (await asBob(['whoami', '-t'])).stdout.trim();
    expect(token).toMatch(/^sha256~/);
    expect((await asBob(['whoami', '--show-server'])).stdout).toBe(`${bench.system.apiUrl}\n`);
    expect((await asBob(['logout'])).stdout).toBe(`Logged "bob" out on "${bench.system.apiUrl}"\n`);
    await eventually(
      'the token ended',
      async () => (await status('/apis/user.openshift.io/v1/users/~', { token })) === 401,
    );
  });

  it('is refused with a wrong password', async () => {
    const { code, stderr } = await asBob(['login', '-u', 'bob', '-p', 'wrong', bench.system.apiUrl]);
    expect(code).toBe(1);
    expect(stderr).toContain('Login failed (401 Unauthorized)');
  });

  it('rotates the encryption key while secrets stay readable', async () => {
    await bench.kubectl(['create', 'secret', 'generic', 'kept', '--from-literal=a=b', '-n', 'blue']);
    expect((await bench.faktorz(['adm', 'rotate-encryption-key'])).stdout).toMatch(
      /^everything is encrypted under key/,
    );
    const { stdout } = await bench.kubectl(['get', 'secret', 'kept', '-n', 'blue', '-o', 'jsonpath={.data.a}']);
    expect(Buffer.from(stdout, 'base64').toString()).toBe('b');
  });
});

describe('kubectl', () => {
  it('asks what one may do', async () => {
    expect(await kubectlAs(bob, 'auth', 'can-i', 'create', 'imagestreams.image.openshift.io')).toMatchObject({
      code: 0,
      stdout: 'yes\n',
    });
    expect(await kubectlAs(eve, 'auth', 'can-i', 'get', 'secrets')).toMatchObject({ code: 1, stdout: 'no\n' });
    expect((await kubectlAs(bob, 'auth', 'can-i', '--list')).stdout).toContain('imagestreams.image.openshift.io');
  });

  it('says who one is', async () => {
    expect((await kubectlAs(bob, 'auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username}')).stdout).toBe('bob');
  });

  it('makes a token of a service account, which is that account', async () => {
    const { stdout, code } = await kubectlAs(bob, 'create', 'token', 'builder', '--duration=20m');
    expect(code).toBe(0);
    const who = await kubectlAs(stdout.trim(), 'auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username}');
    expect(who.stdout).toBe('system:serviceaccount:blue:builder');
    expect((await kubectlAs(eve, 'create', 'token', 'builder')).stderr).toContain('cannot create resource');
  });

  it('grants a role, which holds at once, and takes it back', async () => {
    expect(await kubectlAs(eve, 'get', 'imagestreams.image.openshift.io')).toMatchObject({ code: 1 });
    expect(
      await kubectlAs(bob, 'create', 'rolebinding', 'eve-views', '--clusterrole=registry-viewer', '--user=eve'),
    ).toMatchObject({ code: 0 });
    expect(await kubectlAs(eve, 'get', 'imagestreams.image.openshift.io')).toMatchObject({ code: 0 });
    expect(await kubectlAs(bob, 'delete', 'rolebinding', 'eve-views')).toMatchObject({ code: 0 });
    expect(await kubectlAs(eve, 'get', 'imagestreams.image.openshift.io')).toMatchObject({ code: 1 });
  });

  it('makes secrets of each kind', async () => {
    const made = [
      ['docker-registry', 'pull', '--docker-server=r.example', '--docker-username=u', '--docker-password=p'],
      ['generic', 'plain', '--from-literal=a=b'],
    ];
    for (const args of made)
      expect(await kubectlAs(bob, 'create', 'secret', ...args)).toMatchObject({
        code: 0,
        stdout: `secret/${args[1]!} created\n`,
      });
    expect((await kubectlAs(bob, 'get', 'secret', 'pull', '-o', 'jsonpath={.type}')).stdout).toBe(
      'kubernetes.io/dockerconfigjson',
    );
  });
});

describe('a right that is taken away', () => {
  it('ends a watch that lives by it within a second', async () => {
    const token = await tokenOf('bob');
    const response = await bench.system.request('/api/v1/namespaces/blue/configmaps?watch=true', { token });
    expect(response.status).toBe(200);
    const ended = response.text().catch(() => 'cut');
    const tokens = await bench.object<{
      items: { metadata: { name: string; creationTimestamp: string }; spec: { user: string } }[];
    }>('/apis/auth.faktorz.io/v1/usertokens');
    const startedAt = performance.now();
    for (const { metadata, spec } of tokens!.items)
      if (spec.user === 'bob')
        await status(`/apis/auth.faktorz.io/v1/usertokens/${metadata.name}`, { method: 'DELETE' });
    await ended;
    expect(performance.now() - startedAt).toBeLessThan(2500);
    bob = await tokenOf('bob');
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
    expect(await status(path, { method, token: bob, json, headers })).toBe(403);
    const find = `/apis/auth.faktorz.io/v1/auditevents?fieldSelector=user=${headers['impersonate-user'] ? '' : 'bob'},decision=deny`;
    await eventually('the record', async () => {
      const list = await bench.object<{
        items: { code: number; user: string; reason: string; impersonatedBy?: string }[];
      }>(headers['impersonate-user'] ? '/apis/auth.faktorz.io/v1/auditevents?fieldSelector=decision=deny' : find);
      return list?.items.some(
        ({ code, user, impersonatedBy, reason }) =>
          code === 403 && (user === 'bob' || impersonatedBy === 'bob') && reason !== '',
      );
    });
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

describe('without a credential', () => {
  /** The list in docs/security.md, by the heading above it. */
  const documented = (heading: string): string[] => {
    const text = readFileSync(join(WORKSPACE, 'docs', 'security.md'), 'utf8');
    const section = text.split(/^## /m).find((part) => part.startsWith(heading)) ?? '';
    return [...section.matchAll(/^\| `(?:[A-Z, ]+ )?(\/[^`]*)`/gm)].map(([, path]) => path!).sort();
  };

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
      '/internal/imports/x/results',
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

  it.each(SERVICES)(
    '%s answers on its internal port only what docs/security.md says',
    async (service) => {
      const [pid] = await bench.system.pids(service);
      const environ = await readFile(`/proc/${pid!}/environ`, 'utf8');
      const port = /FAKTORZ_HTTP_PORT=(\d+)/.exec(environ)![1]!;
      const answering: string[] = [];
      const all = [...(await allPaths()), '/livez', '/readyz', '/metrics', '/version', '/healthz'];
      for (const path of new Set(all)) {
        const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { 'x-remote-user': 'admin' } });
        await response.arrayBuffer();
        if (response.status !== 401 && response.status !== 403 && response.status !== 404) answering.push(path);
      }
      expect(answering.sort()).toEqual(documented('Internal ports'));
    },
    60_000,
  );
});

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
