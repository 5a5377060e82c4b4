import { eventually } from '@faktorz/testing';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { NeighbourBench, type Sent } from './support/neighbour-bench.js';

jest.setTimeout(60_000);

let bench: NeighbourBench;
beforeAll(async () => {
  bench = await NeighbourBench.start();
  bench.auth.tokens.set('anns-token', 'ann');
  bench.tagTracker.stream('team/app');
}, 120_000);
afterAll(() => bench[Symbol.asyncDispose](), 60_000);

const basic = (password: string) => ({
  authorization: `Basic ${Buffer.from(`whoever:${password}`).toString('base64')}`,
});
const challengeOf = (answer: Response) => answer.headers.get('www-authenticate');
const anonymously = (path: string, sent: Sent = {}) => bench.ask(path, { ...sent, token: undefined });

describe('the token endpoint', () => {
  const TOKEN = '/openshift/token?service=x&scope=repository:team/app:pull';

  it('gives nobody’s token to whoever shows nothing', async () => {
    expect(await (await anonymously(TOKEN)).json()).toEqual({ token: 'anonymous', access_token: 'anonymous' });
  });

  it('gives a good token back, whatever the user name', async () => {
    const answer = await anonymously(TOKEN, { headers: basic('anns-token') });
    expect(await answer.json()).toEqual({ token: 'anns-token', access_token: 'anns-token' });
  });

  it.each([
    ['a wrong password', basic('guessed')],
    ['an empty password', basic('')],
    ['a bearer token', { authorization: 'Bearer anns-token' }],
  ])('refuses %s without a word', async (_name, headers) => {
    const answer = await anonymously(TOKEN, { headers });
    expect(answer.status).toBe(401);
    expect(await answer.text()).toBe('');
  });

  it('says what is wrong with the name in a scope', async () => {
    const answer = await anonymously('/openshift/token?scope=repository:single:pull', { headers: basic('anns-token') });
    expect(answer.status).toBe(401);
    expect(await answer.json()).toEqual({ details: expect.stringContaining('<project>/<name>') });
  });

  it('takes no POST, so that clients fall back to GET', async () => {
    expect((await anonymously(TOKEN, { method: 'POST', body: 'grant_type=password' })).status).toBe(405);
  });
});

describe('a request', () => {
  it('without a credential is told where to get a token', async () => {
    const answer = await anonymously('/v2/');
    expect(answer.status).toBe(401);
    expect(challengeOf(answer)).toBe(`Bearer realm="${bench.url}/openshift/token"`);
    expect(answer.headers.get('x-registry-supports-signatures')).toBe('1');
  });

  it('behind a proxy is told the proxy’s address', async () => {
    const headers = { 'x-forwarded-host': 'registry.example', 'x-forwarded-proto': 'https' };
    expect(challengeOf(await anonymously('/v2/', { headers }))).toBe(
      'Bearer realm="https://registry.example/openshift/token"',
    );
  });

  it.each([
    ['a bearer token', { authorization: 'Bearer anns-token' }],
    ['a token as password', basic('anns-token')],
    ['nobody’s token', { authorization: 'Bearer anonymous' }],
  ])('with %s is let in', async (_name, headers) => {
    expect((await anonymously('/v2/', { headers })).status).toBe(200);
  });

  it('with a token that is no good is not, and is told so', async () => {
    const answer = await bench.ask('/v2/', { token: 'guessed' });
    expect(answer.status).toBe(401);
    expect(challengeOf(answer)).toBe('Basic realm=openshift,error="access denied"');
    expect(challengeOf(await anonymously('/v2/', { headers: basic('') }))).toContain('failed to decode credentials');
  });

  it('for more than the caller may is refused, with what was asked for', async () => {
    const answer = await bench.ask('/v2/team/app/blobs/uploads/', { method: 'POST', token: 'anns-token' });
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({
      errors: [
        {
          code: 'UNAUTHORIZED',
          detail: [
            { Type: 'repository', Name: 'team/app', Action: 'pull' },
            { Type: 'repository', Name: 'team/app', Action: 'push' },
          ],
        },
      ],
    });
  });

  it('costs auth nothing when the answer is known, and is refused as soon as the right is gone', async () => {
    const right = 'ann get imagestreams/layers team';
    bench.auth.rights.add(right);
    const list = async () => (await bench.ask('/v2/team/app/tags/list', { token: 'anns-token' })).status;
    expect(await list()).toBe(200);
    const before = bench.auth.asked;
    for (let i = 0; i < 20; i += 1) await list();
    expect(bench.auth.asked - before).toBeLessThan(20);
    await bench.auth.take(right);
    await eventually('the right is gone', async () => (await list()) === 401 || undefined, 2_000);
  });

  it('that was refused, or changed something, is on record without its credential', async () => {
    await bench.ask('/v2/team/app/manifests/absent', { method: 'DELETE' });
    await bench.ask('/v2/team/app/tags/list', { token: 'sha256~a-token-nobody-has' });
    const records = await eventually('the records', () => {
      const deletion = bench.auth.records.find(({ verb, user }) => verb === 'delete' && user === 'admin');
      const refusal = bench.auth.records.find(({ code, path }) => code === 401 && path === '/v2/team/app/tags/list');
      return deletion && refusal && [deletion, refusal];
    });
    expect(records).toMatchObject([{ namespace: 'team', name: 'app' }, { decision: 'deny' }]);
    expect(JSON.stringify(bench.auth.records)).not.toContain('nobody-has');
  });
});

it('whoever guesses tokens has to wait, and whoever had a good one need not', async () => {
  expect((await bench.ask('/v2/', { token: 'anns-token' })).status).toBe(200);
  await Promise.all(Array.from({ length: 60 }, (_, n) => bench.ask('/v2/', { token: `guess-${n}` })));
  const later = await bench.ask('/v2/', { token: 'guess-again' });
  expect(later.status).toBe(429);
  expect(Number(later.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await bench.ask('/v2/', { token: 'anns-token' })).status).toBe(200);
});
