import { eventually } from '@faktorz/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startGatewayBench, type GatewayBench } from './gateway-bench.js';

const CHALLENGE = 'c'.repeat(43);
let bench: GatewayBench;
beforeAll(async (): Promise<void> => {
  bench = await startGatewayBench();
}, 60_000);
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});
beforeEach(() => {
  bench.authority.records.length = 0;
  bench.authority.logins.length = 0;
});

type Options = Parameters<GatewayBench['request']>[1];
const ask = async (path: string, options: Options = {}) => {
  const { statusCode, headers, body } = await bench.request(path, { as: '', ...options });
  return { code: statusCode, headers, text: await body.text() };
};
const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
const authorizePath = (more: Record<string, string> = {}) =>
  `/oauth/authorize?${new URLSearchParams({ client_id: 'openshift-challenging-client', response_type: 'code', code_challenge: CHALLENGE, code_challenge_method: 'S256', ...more }).toString()}`;
const webPath = (more: Record<string, string> = {}) =>
  authorizePath({
    client_id: 'openshift-cli-client',
    redirect_uri: 'http://127.0.0.1:41234/callback',
    state: 'mine',
    ...more,
  });
const CSRF = { 'x-csrf-token': '1' };
const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

describe('oc login', () => {
  it('finds the endpoints without a credential', async () => {
    const { code, text } = await ask('/.well-known/oauth-authorization-server');
    expect(code).toBe(200);
    expect(JSON.parse(text)).toMatchObject({
      issuer: bench.url,
      authorization_endpoint: `${bench.url}/oauth/authorize`,
      token_endpoint: `${bench.url}/oauth/token`,
      response_types_supported: ['code', 'token'],
      grant_types_supported: ['authorization_code', 'implicit'],
      code_challenge_methods_supported: ['plain', 'S256'],
    });
  });

  it('gets no page where it expects none', async () => {
    expect((await ask('/', { method: 'HEAD' })).headers['content-type']).not.toContain('html');
  });

  it('is challenged only when it says that it is no browser', async () => {
    const without = await ask(authorizePath());
    expect(without.code).toBe(401);
    expect(without.headers['www-authenticate']).toBeUndefined();
    expect(without.headers['warning']).toContain('X-CSRF-Token');
    const challenged = await ask(authorizePath(), { headers: CSRF });
    expect(challenged).toMatchObject({ code: 401, headers: { 'www-authenticate': 'Basic realm="openshift"' } });
    expect(bench.authority.logins).toEqual([]);
  });

  it('gets a code at its redirect, and a token for the code', async () => {
    const { code, headers } = await ask(authorizePath({ state: 's' }), {
      headers: { ...CSRF, authorization: basic('bob', 'bob'.split('').reverse().join('')) },
    });
    expect(code).toBe(302);
    const location = new URL(String(headers['location']));
    expect(`${location.origin}${location.pathname}`).toBe(`${bench.url}/oauth/token/implicit`);
    expect(location.searchParams.get('state')).toBe('s');
    expect(bench.authority.logins[0]).toMatchObject({
      username: 'bob',
      scopes: ['user:full'],
      gives: { what: 'code', challenge: { method: 'S256', value: CHALLENGE } },
    });
    const answer = await ask('/oauth/token', {
      method: 'POST',
      headers: { ...FORM, authorization: basic('openshift-challenging-client', '') },
      body: form({
        grant_type: 'authorization_code',
        code: location.searchParams.get('code')!,
        redirect_uri: `${bench.url}/oauth/token/implicit`,
        code_verifier: 'v'.repeat(43),
      }),
    });
    expect(answer).toMatchObject({ code: 200, headers: { 'cache-control': 'no-store' } });
    expect(JSON.parse(answer.text)).toEqual({
      access_token: 'sha256~bob for openshift-challenging-client',
      token_type: 'Bearer',
      expires_in: 86_400,
      scope: 'user:full',
    });
  });

  it('is challenged again for a wrong password, and told to wait after too many', async () => {
    const wrong = await ask(authorizePath(), { headers: { ...CSRF, authorization: basic('bob', 'x') } });
    expect(wrong).toMatchObject({ code: 401, headers: { 'www-authenticate': 'Basic realm="openshift"' } });
    const slow = await ask(authorizePath(), { headers: { ...CSRF, authorization: basic('slow', 'x') } });
    expect(slow).toMatchObject({ code: 429, headers: { 'retry-after': '7' } });
  });

  it('may ask for the token itself, in the fragment', async () => {
    const { headers } = await ask(authorizePath({ response_type: 'token' }), {
      headers: { ...CSRF, authorization: basic('ann', 'nna') },
    });
    const location = new URL(String(headers['location']));
    expect(location.search).toBe('');
    expect(new URLSearchParams(location.hash.slice(1)).get('access_token')).toBe('sha256~ann');
  });

  it('is told about scopes that are not known', async () => {
    const { headers } = await ask(authorizePath({ scope: 'nonsense' }), {
      headers: { ...CSRF, authorization: basic('ann', 'nna') },
    });
    expect(new URL(String(headers['location'])).searchParams.get('error')).toBe('invalid_scope');
  });

  it.each([
    ['an unknown client', { client_id: 'mine' }],
    ['another redirect', { redirect_uri: 'https://evil.example.com/' }],
  ])('sends nobody anywhere for %s', async (_case, more) => {
    const answer = await ask(authorizePath(more), { headers: { ...CSRF, authorization: basic('ann', 'nna') } });
    expect(answer.code).toBe(400);
    expect(answer.headers['location']).toBeUndefined();
    expect(bench.authority.logins).toEqual([]);
  });
});

describe('the token endpoint', () => {
  const trade = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
    ask('/oauth/token', { method: 'POST', headers: { ...FORM, ...headers }, body: form(fields) });
  const GOOD = { grant_type: 'authorization_code', code: 'code of ann', client_id: 'openshift-challenging-client' };

  it.each<[string, Record<string, string>, Record<string, string>, number, string]>([
    ['an unknown client', { ...GOOD, client_id: 'mine' }, {}, 401, 'invalid_client'],
    [
      'a client with a secret',
      GOOD,
      { authorization: basic('openshift-challenging-client', 'x') },
      401,
      'invalid_client',
    ],
    ['another grant', { ...GOOD, grant_type: 'password' }, {}, 400, 'unsupported_grant_type'],
    ['no code', { ...GOOD, code: '' }, {}, 400, 'invalid_request'],
    ['a bad code', { ...GOOD, code: 'x' }, {}, 400, 'invalid_grant'],
  ])('refuses %s', async (_case, fields, headers, code, error) => {
    const answer = await trade(fields, headers);
    expect(answer.code).toBe(code);
    expect(JSON.parse(answer.text)).toMatchObject({ error });
  });

  it('takes forms only, by POST, and no large ones', async () => {
    expect((await ask('/oauth/token')).code).toBe(405);
    const json = await ask('/oauth/token', {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json' },
    });
    expect(json).toMatchObject({ code: 400, text: expect.stringContaining('"error":"invalid_request"') });
    const large = await trade({ ...GOOD, code: 'x'.repeat(20_000) });
    expect(large).toMatchObject({ code: 413, text: expect.stringContaining('"error":"invalid_request"') });
  });

  it('takes no parameter twice', async () => {
    const body = `${form(GOOD)}&code=another`;
    const twice = await ask('/oauth/token', { method: 'POST', headers: FORM, body });
    expect(twice).toMatchObject({ code: 400, text: expect.stringContaining('"error":"invalid_request"') });
    expect(twice.text).toContain('the parameter code was given more than once');
  });
});

describe('a login by browser', () => {
  const open = async (path: string) => {
    const page = await ask(path);
    const cookie = String(page.headers['set-cookie']).split(';')[0]!;
    const token = /name="form_token" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
    return { page, cookie, token };
  };
  const send = (path: string, cookie: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    ask(path, { method: 'POST', headers: { ...FORM, cookie, ...headers }, body: form(fields) });

  it('shows a page that runs nothing and can be framed by nobody', async () => {
    const { page } = await open(webPath());
    expect(page.code).toBe(200);
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'x-frame-options': 'DENY',
      'cache-control': 'no-store',
      'referrer-policy': 'same-origin',
    });
    const policy = page.headers['content-security-policy'];
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("form-action 'self' http://127.0.0.1:*;");
    expect(page.headers['set-cookie']).toMatch(/Secure; HttpOnly; SameSite=Strict/);
    expect(page.text).toMatch(/<html lang="en">/);
    expect(page.text).toMatch(/<label for="username">/);
    expect(page.text).not.toContain('<script');
  });

  it('ends at the loopback address, with a code and the state', async () => {
    const { cookie, token } = await open(webPath());
    const { code, headers } = await send(webPath(), cookie, { form_token: token, username: 'ann', password: 'nna' });
    expect(code).toBe(302);
    expect(headers['location']).toBe('http://127.0.0.1:41234/callback?code=code+of+ann&state=mine');
  });

  it('says that name and password do not match, and shows no markup of the name', async () => {
    const { cookie, token } = await open(webPath());
    const username = '"><script>alert(1)</script>';
    const { code, text } = await send(webPath(), cookie, { form_token: token, username, password: 'x' });
    expect(code).toBe(401);
    expect(text).toContain('role="alert"');
    expect(text).not.toContain('<script>');
    expect(text).toMatch(/id="password"[^>]* autofocus/);
  });

  it('may end at the loopback address of IPv6, which a policy has no word for', async () => {
    const { page } = await open(webPath().replace('127.0.0.1', '%5B%3A%3A1%5D'));
    expect(page.code).toBe(200);
    expect(page.headers['content-security-policy']).toContain("form-action 'self' http:;");
  });

  it('tells people what is wrong with a request in words, and programs in JSON', async () => {
    const path = '/oauth/authorize?client_id=nobody';
    const read = await ask(path, { headers: { accept: 'text/html,*/*;q=0.8' } });
    expect(read.code).toBe(400);
    expect(read.headers['content-type']).toContain('text/html');
    expect(read.text).toContain('This login cannot go on');
    expect((await ask(path, {})).headers['content-type']).toContain('application/json');
  });

  it('takes no form that another site sent', async () => {
    const { cookie, token } = await open(webPath());
    const fields = { form_token: token, username: 'ann', password: 'nna' };
    expect((await send(webPath(), '', fields)).code).toBe(403);
    expect((await send(webPath(), cookie, { ...fields, form_token: 'x' })).code).toBe(403);
    expect((await send(webPath(), cookie, fields, { origin: 'https://evil.example.com' })).code).toBe(403);
    expect(bench.authority.logins).toEqual([]);
    expect((await send(webPath(), cookie, fields, { origin: bench.url })).code).toBe(302);
  });

  it('needs a challenge', async () => {
    const { headers } = await ask(
      `/oauth/authorize?client_id=openshift-cli-client&response_type=code&redirect_uri=${encodeURIComponent('http://127.0.0.1:1/callback')}`,
    );
    expect(new URL(String(headers['location'])).searchParams.get('error')).toBe('invalid_request');
  });

  it('shows a token to copy on the token request page', async () => {
    const { cookie, token } = await open('/oauth/token/request');
    const { code, text } = await send('/oauth/token/request', cookie, {
      form_token: token,
      username: 'ann',
      password: 'nna',
    });
    expect(code).toBe(200);
    expect(text).toContain(`--token=sha256~ann --server=${bench.url}`);
  });
});

describe('keys of service account tokens', () => {
  it('are published', async () => {
    expect(JSON.parse((await ask('/openid/v1/jwks')).text)).toEqual({ keys: [{ kid: 'k', kty: 'EC' }] });
    expect(JSON.parse((await ask('/.well-known/openid-configuration')).text)).toMatchObject({
      issuer: 'https://issuer.example',
      jwks_uri: `${bench.url}/openid/v1/jwks`,
    });
  });
});

describe('the audit trail', () => {
  const recorded = (find: (record: GatewayBench['authority']['records'][number]) => boolean) =>
    eventually('a record', () => bench.authority.records.find(find));
  const STREAMS = '/apis/test.io/v1/namespaces/blue/streams';

  it('has every refusal, with its reason', async () => {
    await ask(STREAMS, { as: 'ann', method: 'POST', body: '{}' });
    expect(await recorded(({ user, verb }) => user === 'ann' && verb === 'create')).toMatchObject({
      verb: 'create',
      group: 'test.io',
      resource: 'streams',
      namespace: 'blue',
      decision: 'deny',
      code: 403,
      from: '127.0.0.1',
      reason: expect.stringContaining('cannot create resource "streams"'),
    });
    await ask(STREAMS, { headers: { authorization: 'Bearer nonsense' } });
    expect(await recorded(({ code, path }) => code === 401 && path === STREAMS)).toMatchObject({
      user: '',
      decision: 'deny',
    });
  });

  it('has every write, and no read', async () => {
    await ask(STREAMS, { as: 'root' });
    await ask(`${STREAMS}/x`, { as: 'root', method: 'DELETE' });
    expect(await recorded(({ verb }) => verb === 'delete')).toMatchObject({
      user: 'root',
      name: 'x',
      decision: 'allow',
    });
    expect(bench.authority.records.filter(({ verb }) => verb === 'list')).toEqual([]);
  });

  it('has every login, with no password in it', async () => {
    await ask(authorizePath(), { headers: { ...CSRF, authorization: basic('ann', 'swordfish') } });
    const record = await recorded(({ verb }) => verb === 'login');
    expect(record).toMatchObject({ user: 'ann', decision: 'deny', code: 401, reason: 'wrong credentials' });
    expect(JSON.stringify(record)).not.toContain('swordfish');
  });

  it('has clients nobody knows, and forms of other sites', async () => {
    await ask('/oauth/token', { method: 'POST', headers: FORM, body: form({ client_id: 'mine', code: 'x' }) });
    expect(await recorded(({ reason }) => reason === 'unknown client')).toMatchObject({ decision: 'deny', code: 401 });
    const body = form({ username: 'ann', password: 'swordfish' });
    for (const path of [webPath(), '/oauth/token/request']) {
      await ask(path, { method: 'POST', headers: FORM, body });
      const at = path.split('?')[0];
      const record = await recorded((one) => one.reason === 'not our own form' && one.path === at);
      expect(record).toMatchObject({ decision: 'deny', code: 403 });
      expect(JSON.stringify(record)).not.toContain('swordfish');
    }
  });
});
