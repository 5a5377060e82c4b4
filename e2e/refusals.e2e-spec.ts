import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { withoutEach } from './support/bad-input/hostile.js';
import { PATCH_TYPES } from './support/bad-input/patches.js';
import { Playground } from './support/bad-input/playground.js';
import type { JsonObject } from './support/bad-input/samples.js';
import type { WireRequest } from './support/bad-input/wire.js';

/** Bad input that was met once, and its limits: each is answered as it always was. */
const MIB = 1024 * 1024;
const PATIENCE_MS = 60_000;

let ground: Playground;

beforeAll(async () => {
  ground = await Playground.start();
}, 120_000);

afterAll(() => ground[Symbol.asyncDispose]());

const json = { 'content-type': 'application/json' };

interface Recorded extends WireRequest {
  what: string;
  type?: string;
  body?: string;
  expect: { code: number; reason?: string; field?: string; message?: string };
}

const recorded = JSON.parse(readFileSync(new URL('./corpus/refusals.json', import.meta.url), 'utf8')) as Recorded[];

describe('each of these is answered as it always was', () => {
  beforeAll(() => ground.createSamples(), PATIENCE_MS);

  it.each(recorded.map((each) => [each.what, each] as const))(
    '%s',
    async (_what, { type, expect: expected, ...request }) => {
      const headers = { 'content-type': type ?? 'application/json' };
      const answer = await ground.guard.send({ ...request, ...(request.body !== undefined && { headers }) });
      const { code, reason, field, message = '' } = expected;
      expect(answer).toMatchObject({ code, text: expect.stringContaining(message) });
      if (reason !== undefined) expect(JSON.parse(answer.text)).toMatchObject({ reason });
      if (field !== undefined) expect(answer.text).toContain(`"field":${JSON.stringify(field)}`);
    },
  );
});

describe('a good object without one of its fields, or with nothing in it', () => {
  beforeAll(() => ground.createSamples(), PATIENCE_MS);

  it('is accepted or refused, never a failure', async () => {
    for (const { method, path, sample } of ground.writes().filter(({ method }) => method === 'POST')) {
      const target = { method, path: `${path}?dryRun=All`, headers: json };
      for (const object of [{}, { metadata: {} }, { spec: {} }, { spec: null }, ...withoutEach(sample)]) {
        await ground.guard.send({ ...target, body: JSON.stringify(object) });
      }
    }
  }, 120_000);
});

describe('bodies at the limit of 3 MiB', () => {
  beforeEach(() => ground.createSamples(), PATIENCE_MS);

  const padded = (sample: JsonObject, bytes: number): Buffer => {
    const body = Buffer.from(JSON.stringify(sample));
    return Buffer.concat([body, Buffer.alloc(bytes - body.length, ' ')]);
  };

  it('are read up to it and refused beyond, by every endpoint', async () => {
    for (const { method, path, sample } of ground.writes()) {
      const target = { method, path: `${path}?dryRun=All`, headers: json };
      expect(await ground.guard.send({ ...target, body: padded(sample, 3 * MIB) })).not.toMatchObject({ code: 413 });
      expect(await ground.guard.send({ ...target, body: padded(sample, 3 * MIB + 1) })).toMatchObject({ code: 413 });
    }
  }, 120_000);

  it('hold for patches and options too', async () => {
    const streams = ground.endpoints.find(({ kind }) => kind === 'ImageStream')!;
    const path = `${ground.path(streams, 'sample')}?dryRun=All`;
    const body = padded({}, 3 * MIB + 1);
    for (const type of PATCH_TYPES) {
      const answer = await ground.guard.send({
        method: 'PATCH',
        path: `${path}&fieldManager=x`,
        headers: { 'content-type': type },
        body,
      });
      expect(answer).toMatchObject({ code: 413 });
    }
    expect(await ground.guard.send({ method: 'DELETE', path, headers: json, body })).toMatchObject({ code: 413 });
  });
});

describe('what is no proper HTTP is refused with a Status, and the connection ends', () => {
  const get = (more: string, line = 'GET /version HTTP/1.1') => `${line}\r\nHost: x\r\n${more}\r\n`;
  it.each([
    ['no HTTP at all', 'hello\r\n\r\n', 400],
    ['a method in no list', get('', 'FOO /version HTTP/1.1'), 400],
    ['a space in the target', get('', 'GET /a b HTTP/1.1'), 400],
    ['an unknown version', get('', 'GET /version HTTP/9.9'), 400],
    ['two lengths', get('Content-Length: 1\r\nContent-Length: 2\r\n'), 400],
    ['a negative length', get('Content-Length: -1\r\n'), 400],
    ['a length and chunks', get('Content-Length: 4\r\nTransfer-Encoding: chunked\r\n'), 400],
    ['an odd transfer encoding', get('Transfer-Encoding: chunked, odd\r\n'), 400],
    ['a header with no name', get(': x\r\n'), 400],
    ['a NUL in a header', get('X-A: a\0b\r\n'), 400],
    ['a head that is too large', get(`X-A: ${'x'.repeat(70_000)}\r\n`), 431],
    [
      'a broken chunk',
      get('Authorization: Bearer x\r\nTransfer-Encoding: chunked\r\n').replace(
        'GET /version',
        'POST /api/v1/namespaces',
      ) + 'zz\r\n',
      400,
    ],
    ['another protocol to be tunnelled', get('', 'CONNECT x:1 HTTP/1.1'), 405],
    ['an odd expectation', get('Connection: close\r\nExpect: miracles\r\n'), 417],
    ['no host', 'GET /version HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
  ])('%s', async (_what, bytes, code) => {
    const answers = await ground.wire.raw(bytes);
    expect(answers).toMatch(new RegExp(`^HTTP/1\\.1 ${code} `));
    expect(answers).toContain(`"kind":"Status"`);
    expect(answers).toContain(`"code":${code}`);
  });
});
