import { eventually } from '@faktorz/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { startGatewayBench, type GatewayBench } from './gateway-bench.js';
import { discoveryWith, ScriptedOwner } from './scripted-owner.js';

const STREAMS = '/apis/test.io/v1/namespaces/blue/streams';
let bench: GatewayBench;
let spare: ScriptedOwner;
beforeAll(async (): Promise<void> => {
  spare = await ScriptedOwner.start(['streams', 'shared']);
  bench = await startGatewayBench((owners) => ({ FAKTORZ_TAG_TRACKER_URL: `${owners.streams.url},${spare.url}` }));
}, 60_000);
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  await spare[Symbol.asyncDispose]();
});
afterEach(() => {
  bench.authority.allowed.clear();
  for (const owner of [bench.owners.streams, bench.owners.imports, spare]) owner.seen.length = 0;
});

const status = async (path: string, options: Parameters<GatewayBench['request']>[1] = {}) => {
  const { statusCode, body, headers } = await bench.request(path, options);
  const text = await body.text();
  return { code: statusCode, text, headers, body: text.startsWith('{') ? JSON.parse(text) : undefined };
};
const seen = () => [...bench.owners.streams.seen, ...spare.seen];
const answerAll = (answer: ScriptedOwner['answer']) => {
  bench.owners.streams.answer = answer;
  spare.answer = answer;
};

const claimsIn = (jwt: string) => JSON.parse(Buffer.from(jwt.split('.')[1]!, 'base64url').toString()) as object;

describe('who may come in', () => {
  it.each(['/version', '/livez', '/readyz', '/healthz'])('everybody may get %s', async (path) => {
    expect((await status(path, { as: '' })).code).toBe(200);
  });

  it('nobody may get anything else without a credential', async () => {
    expect(await status('/apis', { as: '' })).toMatchObject({
      code: 403,
      body: { message: 'forbidden: User "system:anonymous" cannot get path "/apis"' },
    });
    expect((await status(STREAMS, { as: '' })).code).toBe(403);
    expect(seen()).toEqual([]);
  });

  it.each(['Bearer unknown', 'Bearer ', 'Basic cm9vdDpyb290', 'Bearer a b', `Bearer ${'x'.repeat(20_000)}`])(
    'nobody comes in with %j',
    async (authorization) => {
      expect(await status(STREAMS, { as: '', headers: { authorization } })).toMatchObject({
        code: 401,
        body: { kind: 'Status', reason: 'Unauthorized', message: 'Unauthorized' },
      });
    },
  );

  it('refuses in the words of Kubernetes', async () => {
    expect(await status(`${STREAMS}/a`, { as: 'ann', method: 'DELETE' })).toMatchObject({
      code: 403,
      body: {
        message:
          'streams.test.io "a" is forbidden: User "ann" cannot delete resource "streams" in API group "test.io" in the namespace "blue"',
        details: { name: 'a', group: 'test.io', kind: 'streams' },
      },
    });
  });

  it('lets in whom auth allows, and notices within a second when it no longer does', async () => {
    bench.authority.allowed.add('ann list streams blue');
    expect((await status(STREAMS, { as: 'ann' })).code).toBe(200);
    bench.authority.allowed.clear();
    const since = Date.now();
    await eventually('ann is refused', async () => (await status(STREAMS, { as: 'ann' })).code === 403);
    expect(Date.now() - since).toBeLessThan(1200);
  });

  it('asks auth far less often than it is asked', async () => {
    const before = bench.authority.asked;
    for (let i = 0; i < 50; i += 1) await status(STREAMS);
    expect(bench.authority.asked - before).toBeLessThan(6);
  });

  it('lets act as somebody else only who may', async () => {
    bench.authority.allowed.add('ann list streams blue');
    expect((await status(STREAMS, { as: 'ann', headers: { 'Impersonate-User': 'root' } })).code).toBe(403);
    expect((await status(STREAMS, { headers: { 'Impersonate-User': 'ann' } })).code).toBe(200);
    expect((await status(`${STREAMS}/x`, { method: 'DELETE', headers: { 'Impersonate-User': 'ann' } })).code).toBe(403);
    expect((await status(STREAMS, { headers: { 'Impersonate-Group': 'devs' } })).code).toBe(400);
  });

  it('lets act with the uid and the facts of somebody else only who may use each', async () => {
    const headers = { 'Impersonate-User': 'ann', 'Impersonate-Uid': 'u-1', 'Impersonate-Extra-Team.io%2Ftier': 'gold' };
    for (const right of ['users', 'userextras', 'uids']) {
      const refused = await status(STREAMS, { as: 'eve', headers });
      expect(refused).toMatchObject({
        code: 403,
        text: expect.stringContaining(`cannot impersonate resource \\"${right}`),
      });
      bench.authority.allowed.add(`eve impersonate ${right}`);
    }
    bench.authority.allowed.add('ann list streams blue');
    expect((await status(STREAMS, { as: 'eve', headers })).code).toBe(200);
    expect(claimsIn(seen().at(-1)!.headers['x-faktorz-identity'] as string)).toMatchObject({
      sub: 'ann',
      uid: 'u-1',
      extra: { 'team.io/tier': ['gold'] },
    });
    expect((await status(STREAMS, { headers: { 'Impersonate-Uid': 'u-1' } })).code).toBe(400);
    expect((await status(STREAMS, { headers: { 'Impersonate-User': 'ann', 'Impersonate-Shape': 'x' } })).code).toBe(
      400,
    );
  });
});

describe('what reaches an owner', () => {
  it('is the request with the caller signed for this owner, and no credential or identity from outside', async () => {
    const headers = {
      'x-faktorz-identity': 'forged',
      'X-Remote-User': 'root',
      'x-forwarded-for': '6.6.6.6',
      accept: 'application/yaml',
      cookie: 'a=b',
    };
    await status(`${STREAMS}/a%3Ab?limit=5`, { headers });
    const [request] = seen();
    expect(request).toMatchObject({
      method: 'GET',
      url: `${STREAMS}/a%3Ab?limit=5`,
      headers: { accept: 'application/yaml', 'x-forwarded-for': '127.0.0.1' },
    });
    for (const name of ['authorization', 'cookie', 'x-remote-user']) expect(request!.headers).not.toHaveProperty(name);
    expect(claimsIn(request!.headers['x-faktorz-identity'] as string)).toMatchObject({
      sub: 'root',
      aud: 'tag-tracker',
      iss: 'gateway',
    });
  });

  it.each([
    ['a small body', 300],
    ['a body of 2 MiB', 2 * 1024 * 1024],
  ])('is %s, byte by byte', async (_name, size) => {
    const body = randomBytes(size);
    expect(
      (await status(STREAMS, { method: 'POST', body, headers: { 'content-type': 'application/octet-stream' } })).code,
    ).toBe(200);
    expect(createHash('sha256').update(seen()[0]!.body).digest('hex')).toBe(
      createHash('sha256').update(body).digest('hex'),
    );
  });

  it('is a body of unknown length', async () => {
    await status(STREAMS, { method: 'POST', body: Readable.from(['one ', 'two']) });
    expect(seen()[0]!.body.toString()).toBe('one two');
  });

  it.each([
    ['with its length', randomBytes(4 * 1024 * 1024)],
    ['without', Readable.from([randomBytes(2 * 1024 * 1024), randomBytes(2 * 1024 * 1024)])],
  ])('is no body of more than 3 MiB, sent %s', async (_name, body) => {
    expect(await status(STREAMS, { method: 'POST', body })).toMatchObject({
      code: 413,
      body: { reason: 'RequestEntityTooLarge' },
    });
  });

  it('goes to the owner of the resource within a shared group', async () => {
    await status('/apis/test.io/v1/namespaces/blue/imports');
    expect(bench.owners.imports.seen).toHaveLength(1);
  });

  it.each([
    ['/apis/other.io/v1/things', 404, '404 page not found\n'],
    ['/oapi/v1', 404, '404 page not found\n'],
    ['/apis/test.io/v1/bananas', 404, 'the server could not find the requested resource'],
    ['/version/openshift', 404, 'the server could not find the requested resource'],
    ['/apis/test.io/v1/namespaces/blue%2fstreams/a', 400, 'invalid path segment'],
  ])('nothing, for %s', async (path, code, words) => {
    const answer = await status(path);
    expect(answer.code).toBe(code);
    expect(answer.body?.message ?? answer.text).toContain(words);
    expect(seen()).toEqual([]);
  });
});

describe('an answer', () => {
  const usual: ScriptedOwner['answer'] = (_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end('{"from":"owner"}');
  };
  afterEach(() => answerAll(usual));

  it('comes back as it was, without what concerns services only', async () => {
    answerAll((_request, response) => {
      response.writeHead(409, { 'content-type': 'application/json', warning: '299 - "old"', 'x-faktorz-replica': '1' });
      response.end('{"reason":"Conflict"}');
    });
    expect(await status(STREAMS)).toMatchObject({
      code: 409,
      body: { reason: 'Conflict' },
      headers: { warning: '299 - "old"' },
    });
    expect((await status(STREAMS)).headers).not.toHaveProperty('x-faktorz-replica');
  });

  it('streams: each event of a watch arrives when it is sent, and the owner learns when the client leaves', async () => {
    let push: ((text: string) => void) | undefined;
    let left = false;
    answerAll((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.flushHeaders();
      push = (text) => void response.write(text);
      response.on('close', () => (left = true));
    });
    const leaving = new AbortController();
    const { body } = await bench.request(`${STREAMS}?watch=true`, { signal: leaving.signal });
    body.on('error', () => undefined);
    const events = body[Symbol.asyncIterator]();
    for (const event of ['first\n', 'second\n']) {
      push!(event);
      expect(String((await events.next()).value)).toBe(event);
    }
    leaving.abort();
    await eventually('the owner knows', () => left);
  });

  it('that breaks off looks broken to the client', async () => {
    answerAll((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"half":');
      setTimeout(() => response.destroy(), 20);
    });
    const { body } = await bench.request(STREAMS);
    await expect(body.text()).rejects.toThrow();
  });
});

describe('an owner that is away', () => {
  it('costs nothing while another replica is there, and 503 when none is', async () => {
    const { port } = spare;
    await spare[Symbol.asyncDispose]();
    for (let i = 0; i < 6; i += 1) expect((await status(STREAMS)).code).toBe(200);
    for (let i = 0; i < 4; i += 1) expect((await status(STREAMS, { method: 'POST', body: '{}' })).code).toBe(200);
    const streams = bench.owners.streams.port;
    await bench.owners.streams[Symbol.asyncDispose]();
    expect(await status(STREAMS, { method: 'POST', body: '{}' })).toMatchObject({
      code: 503,
      body: { reason: 'ServiceUnavailable', details: { retryAfterSeconds: 1 } },
      headers: { 'retry-after': '1' },
    });
    expect((await status(STREAMS)).code).toBe(503);
    spare = await ScriptedOwner.start(['streams', 'shared'], port);
    bench.owners.streams = await ScriptedOwner.start(['streams', 'shared'], streams);
    expect((await status(STREAMS)).code).toBe(200);
  });
});

describe('discovery', () => {
  it('is that of all owners together, and follows them', async () => {
    const names = async () =>
      (await status('/apis/test.io/v1')).body.resources.map(({ name }: { name: string }) => name);
    expect(await names()).toEqual(['imports', 'shared', 'streams']);
    bench.owners.imports.discovery = discoveryWith(['imports', 'newcomers', 'shared']);
    await eventually('the newcomer is known', async () => (await names()).includes('newcomers'));
    expect((await status('/apis/test.io/v1/namespaces/blue/newcomers')).code).toBe(200);
  });

  it('answers 304 to who knows it', async () => {
    const { headers } = await status('/apis');
    expect((await status('/apis', { headers: { 'if-none-match': headers['etag'] as string } })).code).toBe(304);
  });
});
