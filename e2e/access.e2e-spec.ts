import { join } from 'node:path';
import { eventually } from '@faktorz/testing';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Acceptance } from './support/acceptance.js';
import { ME, PASSWORD, startWithTwoUsers, tokenOf } from './support/two-users.js';
import type { Ran } from './support/program.js';

jest.setTimeout(30_000); // each command is a process of its own

let bench: Acceptance;
let bob: string;
let eve: string;
beforeAll(async () => {
  ({ bench, bob, eve } = await startWithTwoUsers());
}, 120_000);
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

/** kubectl as somebody else than the administrator, in project `blue`. */
function kubectlAs(token: string, ...args: string[]): Promise<Ran> {
  return bench.kubectl(['--token', token, '-n', 'blue', ...args]);
}

async function status(path: string, init: Parameters<Acceptance['system']['request']>[1] = {}): Promise<number> {
  const response = await bench.system.request(path, init);
  await response.arrayBuffer();
  return response.status;
}

/** Logs bob in on a page as his browser would; where it is sent then. */
async function fillInForm(path: string): Promise<string> {
  const page = await bench.system.request(path, { headers: { authorization: '' } });
  const [cookie = ''] = page.headers.getSetCookie().map((text) => text.split(';')[0]);
  const formToken = /name="form_token" value="([^"]+)"/.exec(await page.text())![1]!;
  const sent = await bench.system.request(path, {
    method: 'POST',
    redirect: 'manual',
    headers: { authorization: '', cookie, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ form_token: formToken, username: 'bob', password: PASSWORD }).toString(),
  });
  expect(sent.status).toBe(302);
  return sent.headers.get('location')!;
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
    await eventually('the token ended', async () => (await status(ME, { token })) === 401);
  });

  it('logs in by browser, with a code that only this command line can redeem', async () => {
    const ca = await bench.file('api-ca.crt', bench.system.ca);
    const env = { KUBECONFIG: join(bench.directory, 'web.kubeconfig') };
    const args = ['login', '--web', '--certificate-authority', ca, bench.system.apiUrl];
    const login = bench.background('faktorz', args, { env });
    await login.printed(/browser: \S+/);
    const url = new URL(/browser: (\S+)/.exec(login.stdout)![1]!);
    expect(url.searchParams.get('code_challenge_method')).toBe('S256');
    const back = await fillInForm(`${url.pathname}${url.search}`);
    await (await fetch(back)).text();
    expect(await login.ended()).toMatchObject({ code: 0 });
    expect((await bench.faktorz(['whoami'], { env })).stdout).toBe('bob\n');
  });

  it('changes the password, which ends all logins', async () => {
    const ca = await bench.file('api-ca.crt', bench.system.ca);
    const logIn = (password: string) =>
      asBob(['login', '-u', 'bob', '-p', password, '--certificate-authority', ca, bench.system.apiUrl]);
    for (const [before, after] of [
      [PASSWORD, `${PASSWORD}!`],
      [`${PASSWORD}!`, PASSWORD],
    ] as const) {
      expect(await logIn(before)).toMatchObject({ code: 0 });
      const token = (await asBob(['whoami', '-t'])).stdout.trim();
      expect(await asBob(['passwd'], `${before}\n${after}\n`)).toMatchObject({ code: 0 });
      await eventually('the login ended', async () => (await status(ME, { token })) === 401);
    }
  });

  it('is refused with a wrong password', async () => {
    const { code, stderr } = await asBob(['login', '-u', 'bob', '-p', 'wrong', bench.system.apiUrl]);
    expect(code).toBe(1);
    expect(stderr).toContain('Login failed (401 Unauthorized)');
  });

  it('tells who can do something', async () => {
    const { code, stdout } = await bench.faktorz(['adm', 'policy', 'who-can', 'get', 'is/layers', '-n', 'blue']);
    expect(code).toBe(0);
    const [answer, users = '', groups] = stdout.split(/\n(?=Users:|Groups:)/);
    expect(answer).toContain('Namespace: blue\nVerb:      get\nResource:  imagestreams/layers.image.openshift.io\n');
    expect(users).toContain('bob\n');
    expect(users).toContain('system:serviceaccount:blue:builder');
    expect(groups).toBe('Groups: system:masters\n        system:serviceaccounts:blue\n\n');
    expect(await asBob(['--token', bob, 'policy', 'who-can', 'get', 'secrets', '-n', 'default'])).toMatchObject({
      code: 1,
    });
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

  it('makes a token that ends with the pod it is for', async () => {
    const pod = {
      kind: 'Pod',
      apiVersion: 'v1',
      metadata: { name: 'web' },
      spec: { serviceAccountName: 'builder', containers: [{ name: 'web', image: 'registry.example/web' }] },
    };
    expect(await kubectlAs(bob, 'create', '-f', await bench.manifest('pod.json', pod))).toMatchObject({ code: 0 });
    const bound = ['--bound-object-kind=Pod', '--bound-object-name=web'];
    const token = (await kubectlAs(bob, 'create', 'token', 'builder', ...bound)).stdout.trim();
    expect(await status(ME, { token })).toBe(200);
    expect(await kubectlAs(bob, 'delete', 'pod', 'web', '--force', '--grace-period=0')).toMatchObject({ code: 0 });
    await eventually('the token ended', async () => (await status(ME, { token })) === 401);
  });

  it('makes roles and binds them, to users, groups and accounts', async () => {
    const asAdmin = (...args: string[]) => bench.kubectl(['-n', 'blue', ...args]);
    for (const [args, made] of [
      [['role', 'reads', '--verb=get,list', '--resource=configmaps'], 'role.rbac.authorization.k8s.io/reads'],
      [['rolebinding', 'reads', '--role=reads', '--group=readers'], 'rolebinding.rbac.authorization.k8s.io/reads'],
      [
        ['rolebinding', 'pulls', '--clusterrole=system:image-puller', '--serviceaccount=default:default'],
        'rolebinding.rbac.authorization.k8s.io/pulls',
      ],
      [
        ['clusterrole', 'looks', '--verb=get', '--resource=images.image.openshift.io'],
        'clusterrole.rbac.authorization.k8s.io/looks',
      ],
      [
        ['clusterrolebinding', 'looks', '--clusterrole=looks', '--user=eve'],
        'clusterrolebinding.rbac.authorization.k8s.io/looks',
      ],
    ] as const)
      expect(await asAdmin('create', ...args)).toMatchObject({ code: 0, stdout: `${made} created\n` });
    const may = async (...args: string[]) => (await asAdmin('auth', 'can-i', ...args)).stdout;
    expect(await may('get', 'configmaps', '--as=ann', '--as-group=readers')).toBe('yes\n');
    expect(await may('get', 'configmaps', '--as=ann')).toBe('no\n');
    const account = '--as=system:serviceaccount:default:default';
    expect(await may('get', 'imagestreams.image.openshift.io', '--subresource=layers', account)).toBe('yes\n');
    expect(await may('get', 'images.image.openshift.io', '--as=eve')).toBe('yes\n');
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
      ['tls', 'cert', `--cert=${bench.certificates.certificateFile}`, `--key=${bench.certificates.keyFile}`],
      ['generic', 'basic', '--type=kubernetes.io/basic-auth', '--from-literal=username=u'],
      ['generic', 'ssh', '--type=kubernetes.io/ssh-auth', '--from-literal=ssh-privatekey=k'],
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
    const token = await tokenOf(bench, 'bob');
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
    bob = await tokenOf(bench, 'bob');
  });
});
