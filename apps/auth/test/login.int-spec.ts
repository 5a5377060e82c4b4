import { AuthorizeLogin, RedeemCode, ReviewToken, type AskOf } from '@faktorz/domain';
import { eventually } from '@faktorz/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LoginGrants } from '../src/login/login-grants.js';
import { PasswordStore } from '../src/password/password.store.js';
import { person, startAuthBench, type AuthAnswer, type AuthBench } from './auth-bench.js';

const PASSWORD = 'correct horse battery';
const VERIFIER = 'v'.repeat(43);
const CHALLENGE = { method: 'S256' as const, value: createHash('sha256').update(VERIFIER).digest('base64url') };
const CLIENT = 'openshift-challenging-client';
const REDIRECT = 'https://127.0.0.1/oauth/token/implicit';

let bench: AuthBench;
let directory: string;
let address = 0;
beforeAll(async (): Promise<void> => {
  directory = await mkdtemp(join(tmpdir(), 'faktorz-htpasswd-'));
  // Made by `openssl passwd -apr1 -salt 'r31.....' myPassword`.
  await writeFile(
    join(directory, 'htpasswd'),
    'hetty:$apr1$r31.....$HqJZimcKQFAMYayBlzkrA/\nbob:{SHA}qUqP5cyxm6YcTAhz05Hph5gvu9M=\n',
  );
  bench = await startAuthBench({ FAKTORZ_AUTH_HTPASSWD_FILE: join(directory, 'htpasswd') });
  for (const name of ['bob', 'carl', 'dora', 'gone']) {
    await bench.admin('POST', '/apis/user.openshift.io/v1/users', {
      kind: 'User',
      apiVersion: 'user.openshift.io/v1',
      metadata: { name },
    });
    expect((await setPassword(name, PASSWORD)).status).toBe(201);
  }
}, 60_000);
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

const passwordOf = (spec: object) => ({ kind: 'UserPassword', apiVersion: 'auth.faktorz.io/v1', spec });
const setPassword = (name: string, password: unknown) =>
  bench.admin('POST', `/apis/user.openshift.io/v1/users/${name}/password`, passwordOf({ password }));
/** Every test comes from an address of its own. */
const from = (): string => `192.0.2.${(address += 1)}`;
const authorize = (username: string, password: string, rest: Partial<AskOf<typeof AuthorizeLogin>> = {}) =>
  bench.requests.ask(
    AuthorizeLogin,
    {
      username,
      password,
      address: from(),
      clientId: CLIENT,
      scopes: ['user:full'],
      gives: { what: 'code', redirectUri: REDIRECT, challenge: CHALLENGE },
      ...rest,
    },
    { timeoutMs: 10_000 },
  );
const redeem = (code: string, rest: Partial<AskOf<typeof RedeemCode>> = {}) =>
  bench.requests.ask(RedeemCode, {
    code,
    clientId: CLIENT,
    redirectUri: REDIRECT,
    verifier: VERIFIER,
    address: from(),
    ...rest,
  });
const codeOf = async (name: string): Promise<string> => (await authorize(name, PASSWORD)).code!;

describe('a login', () => {
  it('gives a code, and for that once a token of the user', async () => {
    const code = await codeOf('bob');
    const { token } = await redeem(code);
    expect(token).toMatchObject({ expiresInSeconds: 86_400, scope: 'user:full' });
    expect((await bench.requests.ask(ReviewToken, { token: token!.accessToken })).identity).toMatchObject({
      user: 'bob',
      scopes: ['user:full'],
    });
    expect(await redeem(code)).toEqual({});
  });

  it('is undone when its code comes a second time: somebody else has seen it', async () => {
    const code = await codeOf('bob');
    const { token } = await redeem(code);
    const isGood = async () =>
      (await bench.requests.ask(ReviewToken, { token: token!.accessToken })).identity !== undefined;
    expect(await isGood()).toBe(true);
    expect(await redeem(code)).toEqual({});
    expect(await isGood()).toBe(false);
    expect(await redeem(code)).toEqual({});
  });

  it('is undone also when its code comes many times at once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const code = await codeOf('bob');
      const answers = await Promise.all(Array.from({ length: 4 }, () => redeem(code)));
      const tokens = answers.flatMap(({ token }) => (token ? [token.accessToken] : []));
      expect(tokens.length).toBe(1);
      expect((await bench.requests.ask(ReviewToken, { token: tokens[0]! })).identity).toBeUndefined();
    }
  });

  it.each<[string, Partial<AskOf<typeof RedeemCode>>]>([
    ['another client', { clientId: 'openshift-cli-client' }],
    ['another redirect', { redirectUri: 'https://evil.example.com/' }],
    ['another verifier', { verifier: 'w'.repeat(43) }],
    ['no verifier', { verifier: undefined }],
    ['the challenge for the verifier', { verifier: CHALLENGE.value }],
  ])('gives nothing for a code to %s, and the code is spent', async (_case, wrong) => {
    const code = await codeOf('bob');
    expect(await redeem(code, wrong)).toEqual({});
    expect(await redeem(code)).toEqual({});
  });

  it('gives nothing for a code that is too old, or whose user is gone', async () => {
    const [old, ofNobody] = [await codeOf('bob'), await codeOf('gone')];
    await bench.admin('DELETE', '/apis/user.openshift.io/v1/users/gone');
    expect(await redeem(ofNobody)).toEqual({});
    await bench.query(`UPDATE authorization_code SET expires_at = now() - interval '1 second'`);
    expect(await redeem(old)).toEqual({});
  });

  it('is refused for a wrong password, and for a name nobody has, alike', async () => {
    const timed = async (name: string): Promise<[object, number]> => {
      const startedAt = performance.now();
      return [await authorize(name, 'wrong password'), performance.now() - startedAt];
    };
    const [[known, knownMs], [unknown, unknownMs]] = [await timed('bob'), await timed('nobody')];
    expect(known).toEqual({ user: 'bob' }); // for the records only
    expect(unknown).toEqual({});
    expect(knownMs).toBeGreaterThan(390);
    expect(unknownMs).toBeGreaterThan(390);
  });

  it.each(['', '..', '~', 'a/b', 'a%2fb', 'system:admin', 'x'.repeat(5000), 'admin'])(
    'is refused for the name %j',
    async (name) => {
      expect((await authorize(name, PASSWORD)).code).toBeUndefined();
    },
  );

  it('takes only scopes that mean something', async () => {
    expect(await authorize('bob', PASSWORD, { scopes: ['user:info', 'user:everything'] })).toEqual({
      badScope: 'user:everything',
    });
    const { token } = await authorize('bob', PASSWORD, { scopes: ['user:info'], gives: { what: 'token' } });
    expect((await bench.requests.ask(ReviewToken, { token: token!.accessToken })).identity?.scopes).toEqual([
      'user:info',
    ]);
  });

  it('knows the users of the htpasswd file, who are made when they first come', async () => {
    expect((await authorize('hetty', 'myPassword')).code).toBeDefined();
    expect((await bench.admin('GET', '/apis/user.openshift.io/v1/users/hetty')).body).toMatchObject({
      identities: ['htpasswd:hetty'],
    });
    expect((await authorize('hetty', 'mypassword')).code).toBeUndefined();
  });

  it('does not give a name of ours to somebody of the htpasswd file', async () => {
    expect((await authorize('bob', 'test')).code).toBeUndefined();
  });
});

describe('guessing', () => {
  it('has to wait after ten wrong passwords, whether or not there is such a user, and then the right one too', async () => {
    for (const name of ['carl', 'nobody-at-all']) {
      const guesses = await Promise.all(Array.from({ length: 14 }, () => authorize(name, 'wrong password')));
      expect(guesses.filter(({ retryAfterSeconds }) => retryAfterSeconds !== undefined).length).toBe(4);
    }
    const wrongly = async () => (await authorize('carl', 'wrong password')).retryAfterSeconds;
    await eventually('a wait longer than a slow check of passwords', async () => ((await wrongly()) ?? 0) > 2, 20_000);
    expect((await authorize('carl', PASSWORD)).retryAfterSeconds).toBeGreaterThan(0);
    await eventually('the wait is over', async () => (await authorize('carl', PASSWORD)).code !== undefined, 20_000);
    expect((await authorize('carl', 'wrong password')).retryAfterSeconds).toBeUndefined();
  }, 60_000);

  it('has to wait by address, whatever the names', async () => {
    const here = from();
    const tries = await Promise.all(
      Array.from({ length: 60 }, (_, index) => authorize(`name-${index}`, 'x', { address: here })),
    );
    expect(tries.filter(({ retryAfterSeconds }) => retryAfterSeconds !== undefined).length).toBeGreaterThanOrEqual(10);
  }, 60_000);

  it('of codes has to wait too', async () => {
    const here = from();
    const tries = await Promise.all(Array.from({ length: 55 }, (_, i) => redeem(`sha256~${i}`, { address: here })));
    expect(tries.filter(({ retryAfterSeconds }) => retryAfterSeconds !== undefined).length).toBe(5);
  }, 60_000);
});

describe('passwords', () => {
  const own = async (current: string, next: string) => {
    const { body } = await bench.admin('GET', '/apis/user.openshift.io/v1/users/dora');
    return bench.request(
      { ...person('dora'), uid: body.metadata.uid },
      'POST',
      '/apis/user.openshift.io/v1/users/~/password',
      passwordOf({ password: next, currentPassword: current }),
    );
  };

  it('are changed by their owner who knows the one so far', async () => {
    expect((await own('not it at all', 'a better password')).status).toBe(403);
    expect((await own(PASSWORD, 'a better password')).status).toBe(201);
    expect((await authorize('dora', PASSWORD)).code).toBeUndefined();
    expect((await authorize('dora', 'a better password')).code).toBeDefined();
  });

  it('end every login when they change, and no token that an administrator made', async () => {
    const login = async (password: string) =>
      (await authorize('dora', password, { gives: { what: 'token' } })).token!.accessToken;
    const isGood = async (token: string) =>
      (await bench.requests.ask(ReviewToken, { token })).identity?.user === 'dora';
    await setPassword('dora', PASSWORD);
    const { body } = await bench.admin('POST', '/apis/auth.faktorz.io/v1/usertokens', {
      kind: 'UserToken',
      apiVersion: 'auth.faktorz.io/v1',
      metadata: {},
      spec: { user: 'dora' },
    });
    const changes: [string, () => Promise<AuthAnswer>][] = [
      [PASSWORD, () => own(PASSWORD, 'a better password')],
      ['a better password', () => setPassword('dora', PASSWORD)],
    ];
    for (const [password, change] of changes) {
      const [token, code] = [await login(password), (await authorize('dora', password)).code!];
      expect(await isGood(token)).toBe(true);
      expect((await change()).status).toBe(201);
      expect(await isGood(token)).toBe(false);
      expect(await redeem(code)).toEqual({});
    }
    expect(await isGood(body.status.token)).toBe(true);
  });

  it('that change while a login is under way refuse it', async () => {
    const { body } = await bench.admin('GET', '/apis/user.openshift.io/v1/users/bob');
    const grant = { user: 'bob', userUid: body.metadata.uid, clientId: CLIENT, scopes: [], redirectUri: REDIRECT };
    const checked = await bench.part(PasswordStore).hashOf(grant.userUid);
    const grants = bench.part(LoginGrants);
    expect(await grants.code(grant, checked)).toBeDefined();
    expect(await grants.token(grant, checked)).toBeDefined();
    expect((await setPassword('bob', PASSWORD)).status).toBe(201); // the same words, another hash
    expect(await grants.code(grant, checked)).toBeUndefined();
    expect(await grants.token(grant, checked)).toBeUndefined();
  });

  it.each([['short'], [''], ['x'.repeat(2000)], [undefined], ['bob'.padEnd(3)]])(
    '%j is refused, and not shown',
    async (password) => {
      const { status, body } = await setPassword('bob', password);
      expect([400, 422]).toContain(status);
      if (password && password.length > 3) expect(JSON.stringify(body)).not.toContain(password);
    },
  );

  it('lie as argon2id in a table of their own, and in no answer', async () => {
    const rows = await bench.query<{ hash: string }>('SELECT hash FROM user_password');
    for (const { hash } of rows) expect(hash).toMatch(/^\$argon2id\$/);
    const { body } = await bench.admin('GET', '/apis/user.openshift.io/v1/users/bob');
    expect(JSON.stringify(body)).not.toContain('argon2');
    expect((await bench.admin('GET', '/apis/user.openshift.io/v1/users/bob/password')).status).toBe(405);
  });

  it('of somebody who is not there cannot be set', async () => {
    expect((await setPassword('nobody', PASSWORD)).status).toBe(404);
  });
});
