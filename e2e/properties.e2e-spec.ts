import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { startSystem, type TestSystem } from '@faktorz/testing';
import { discoverEndpoints, type Endpoint, pathOf } from './support/bad-input/endpoints.js';
import { Guard } from './support/bad-input/guard.js';
import { broken, bytesOf, encoded, hostileText, hostileValue, withoutEach } from './support/bad-input/hostile.js';
import { brokenBytes, deepMessage, envelope, namedObject } from './support/bad-input/protobuf-bytes.js';
import { acceptHeader, deleteQuery, listQuery, watchQuery, writeQuery } from './support/bad-input/questions.js';
import { type JsonObject, Samples } from './support/bad-input/samples.js';
import { Wire, type WireRequest } from './support/bad-input/wire.js';

/**
 * Whatever is sent to whatever endpoint: no failure of the server, no hang, no refusal that is not a `Status`, nothing
 * stored on a refusal. Longer runs: FAKTORZ_PROPERTY_SECONDS (of each property; default 2). A failure prints the seed
 * that repeats it: FAKTORZ_PROPERTY_SEED.
 */
const SECONDS = Number(process.env['FAKTORZ_PROPERTY_SECONDS'] ?? 2);
const SEED = process.env['FAKTORZ_PROPERTY_SEED'];
const PATIENCE_MS = 60_000;
const NAMESPACE = 'bad-input';
const MIB = 1024 * 1024;
const SERVICES = ['gateway', 'auth', 'tag-tracker', 'importer', 'trigger-dispatcher'];
const PATCH_TYPES = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
];

const samples = new Samples();
let system: TestSystem;
let wire: Wire;
let guard: Guard;
let endpoints: Endpoint[];
let processes: string;

beforeAll(async () => {
  // Nothing happens by itself, so that whatever is stored was stored by a request.
  system = await startSystem({
    env: {
      FAKTORZ_AUTH_PAUSED: 'true',
      FAKTORZ_IMPORTER_PAUSED: 'true',
      FAKTORZ_TRIGGER_DISPATCHER_PAUSED: 'true',
    },
  });
  wire = new Wire(system);
  guard = new Guard(system, wire);
  endpoints = await discoverEndpoints(system);
  await system.request('/api/v1/namespaces', { method: 'POST', json: { metadata: { name: NAMESPACE } } });
  processes = await runningProcesses();
}, 120_000);

afterAll(async () => {
  await wire[Symbol.asyncDispose]();
  await system.stop();
});

/** Makes the samples that are not there, in the order of the corpus: later ones build on earlier ones. */
async function createSamples(): Promise<void> {
  guard.forget();
  for (const sample of samples.all()) {
    const endpoint = endpoints.find(
      ({ apiVersion, kind, subresource, verbs }) =>
        apiVersion === sample['apiVersion'] &&
        kind === sample['kind'] &&
        subresource === undefined &&
        verbs.includes('create'),
    );
    if (endpoint === undefined) continue;
    const response = await system.request(pathOf(endpoint, NAMESPACE), { method: 'POST', json: sample });
    if (response.status !== 201 && response.status !== 409) {
      throw new Error(`the sample of ${endpoint.kind} is refused: ${response.status} ${await response.text()}`);
    }
  }
}

async function runningProcesses(): Promise<string> {
  return JSON.stringify(await Promise.all(SERVICES.map((service) => system.pids(service))));
}

const has = (verb: string) => (endpoint: Endpoint) => endpoint.verbs.includes(verb);

/** Runs a property for its time. */
async function holds(requests: fc.Arbitrary<WireRequest>): Promise<void> {
  await fc.assert(
    fc.asyncProperty(requests, async (request) => {
      await guard.send(request);
    }),
    {
      numRuns: Number.MAX_SAFE_INTEGER,
      interruptAfterTimeLimit: SECONDS * 1000,
      ...(SEED !== undefined && { seed: Number(SEED) }),
    },
  );
  expect(await runningProcesses()).toBe(processes);
}

/** `it` with the time a property may take, shrinking included. */
function property(what: string, requests: () => fc.Arbitrary<WireRequest>): void {
  it(what, () => holds(requests()), SECONDS * 1000 + PATIENCE_MS);
}

const json = { 'content-type': 'application/json' };

/** Where an object of this endpoint is written: a new one, or the sample. */
function writePlaces(endpoint: Endpoint): { method: string; path: string }[] {
  const name = samples.nameOf(endpoint);
  const created = endpoint.subresource === undefined ? undefined : name;
  return [
    ...(has('create')(endpoint) ? [{ method: 'POST', path: pathOf(endpoint, NAMESPACE, created) }] : []),
    ...(has('update')(endpoint) ? [{ method: 'PUT', path: pathOf(endpoint, NAMESPACE, name) }] : []),
  ];
}

/** Every way to write an object, with the sample of what is written. */
function writes(): { method: string; path: string; sample: JsonObject; endpoint: Endpoint }[] {
  return endpoints.flatMap((endpoint) =>
    writePlaces(endpoint).map((place) => ({ ...place, sample: samples.of(endpoint), endpoint })),
  );
}

const one = <T>(list: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...list);

describe('whatever is sent is answered, and stored only if accepted', () => {
  beforeEach(createSamples, PATIENCE_MS);

  property('objects with one field broken', () =>
    fc
      .tuple(one(writes()), writeQuery, one(['application/json', 'application/yaml']))
      .chain(([{ method, path, sample }, query, type]) =>
        broken(sample).map((object) => ({
          method,
          path: path + query,
          headers: { 'content-type': type },
          body: bytesOf(object),
        })),
      ),
  );

  property('bodies that are no objects, of any type', () =>
    fc
      .record({
        write: one(writes()),
        query: writeQuery,
        body: fc.oneof(
          hostileValue.map(bytesOf),
          hostileText.map((text) => Buffer.from(text)),
          fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
          one([
            '[',
            '{',
            '{"',
            '[1,',
            '- a\n- b',
            'a: &x [*x]',
            '? [a]\n: b',
            '%YAML 9\n---',
            '[[[['.repeat(3000),
            '- '.repeat(10_000),
          ]),
        ),
        type: one([
          'application/json',
          'application/yaml',
          'text/plain',
          'application/xml',
          'application/json;charset=ebcdic',
          'a',
          ';',
          'application/vnd.kubernetes.protobuf',
          'multipart/form-data; boundary=x',
          'application/cbor',
        ]),
        encoding: one([undefined, undefined, 'gzip', 'br', 'identity', 'x']),
      })
      .map(({ write: { method, path }, query, body, type, encoding }) => ({
        method,
        path: path + query,
        headers: { 'content-type': type, ...(encoding && { 'content-encoding': encoding }) },
        body,
      })),
  );

  property('protobuf that is broken', () =>
    one(writes()).chain(({ method, path, endpoint: { apiVersion, kind } }) =>
      fc
        .oneof(
          brokenBytes(envelope(apiVersion, kind, namedObject('sample'))),
          one([0, 10, 90, 200, 20_000]).map((depth) => envelope(apiVersion, kind, deepMessage(depth))),
          brokenBytes(namedObject('sample')).map((bytes) => envelope(apiVersion, kind, bytes)),
          fc.uint8Array({ maxLength: 80 }).map((bytes) => envelope(apiVersion, kind, Buffer.from(bytes))),
        )
        .map((body) => ({
          method,
          path: `${path}?dryRun=All`,
          headers: { 'content-type': 'application/vnd.kubernetes.protobuf' },
          body,
        })),
    ),
  );

  property('patches of every type', () => {
    const patched = endpoints.filter(has('patch')).map((endpoint) => ({ endpoint, sample: samples.of(endpoint) }));
    return fc
      .tuple(one(patched), one(PATCH_TYPES), writeQuery, fc.boolean())
      .chain(([{ endpoint, sample }, type, query, names]) =>
        patchBody(type, sample).map((body) => ({
          method: 'PATCH',
          path: `${pathOf(endpoint, NAMESPACE, samples.nameOf(endpoint))}${query}${names ? `${query === '' ? '?' : '&'}fieldManager=fuzz&force=true` : ''}`,
          headers: { 'content-type': type },
          body,
        })),
      );
  });

  property('deletions with any options', () => {
    const deleted = endpoints.filter((endpoint) => has('delete')(endpoint) || has('deletecollection')(endpoint));
    const options: JsonObject = {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      gracePeriodSeconds: 0,
      propagationPolicy: 'Background',
      preconditions: { uid: 'x', resourceVersion: '1' },
      dryRun: ['All'],
    };
    return fc
      .record({
        endpoint: one(deleted),
        query: deleteQuery,
        name: fc.oneof(
          one(['sample', 'absent']),
          hostileText.map((text) => encoded(text)),
        ),
        body: fc.oneof(broken(options).map(bytesOf), hostileValue.map(bytesOf), one([undefined])),
        isCollection: fc.boolean(),
      })
      .map(({ endpoint, query, name, body, isCollection }) => ({
        method: 'DELETE',
        path:
          pathOf(endpoint, NAMESPACE, isCollection ? undefined : name === 'sample' ? samples.nameOf(endpoint) : name) +
          query,
        ...(body && { headers: json, body }),
      }));
  });

  property('questions with any parameters', () => {
    const read = endpoints.filter((endpoint) => has('get')(endpoint) || has('list')(endpoint));
    return fc
      .record({
        endpoint: one(read),
        query: fc.oneof(listQuery, listQuery, watchQuery),
        accept: acceptHeader,
        what: one(['list', 'list', 'everywhere', 'sample', 'other']),
        name: hostileText.map((text) => encoded(text)),
      })
      .map(({ endpoint, query, accept, what, name }) => ({
        method: 'GET',
        path: placeOf(endpoint, what, name) + query,
        headers: { accept },
      }));
  });

  property('paths, methods and headers that make no sense', () =>
    fc
      .record({
        method: one([
          'GET',
          'POST',
          'PUT',
          'PATCH',
          'DELETE',
          'HEAD',
          'OPTIONS',
          'TRACE',
          'PROPFIND',
          'MKCOL',
          'FOO',
          'get',
        ]),
        root: one([
          '',
          '/api',
          '/api/v1',
          '/apis',
          '/apis/image.openshift.io/v1',
          `/api/v1/namespaces/${NAMESPACE}`,
          `/apis/image.openshift.io/v1/namespaces/${NAMESPACE}`,
          '/openapi/v3',
          '/openapi/v2',
          '/version',
          '/livez',
          '/api/v1/watch',
        ]),
        segments: fc.array(
          fc.oneof(
            one([
              '..',
              '.',
              '',
              '%2f',
              '%2F..%2f',
              '%2e%2e',
              '%00',
              '%',
              '%zz',
              '%c0%af',
              '%ff',
              ':',
              '@',
              'a:b',
              'a@b',
              '~',
              '*',
              '__proto__',
              'constructor',
              'watch',
              'namespaces',
              'imagestreams',
              'secrets',
              'sample',
              'sample:latest',
              'status',
              'layers',
              '%e2%80%ae',
              '%0d%0aX-A:b',
              ';a=b',
              '%5c',
              '%3f',
              '%23',
              'x'.repeat(3000),
            ]),
            hostileText.map((text) => encoded(text)),
          ),
          { maxLength: 5 },
        ),
        end: one(['', '/', '?', '??', '?&&&', '?a=%', '?=', '?watch', '?dryRun=All']),
        headers: one<Record<string, string>>([
          {},
          { authorization: 'Bearer' },
          { authorization: 'Basic eDp5' },
          { authorization: `Bearer ${'x'.repeat(20_000)}` },
          { accept: 'x'.repeat(30_000) },
          { 'content-type': '' },
          { 'if-none-match': '"'.repeat(100) },
          { 'x-request-id': 'x'.repeat(5000) },
          { 'impersonate-user': '' },
          { 'impersonate-group': 'g' },
          { 'impersonate-user': 'ann\u00e9', 'impersonate-uid': '1' },
          { 'impersonate-user': 'system:serviceaccount:a:b' },
          { 'x-faktorz-identity': 'a.b.c' },
          { 'accept-encoding': 'gzip;q=x,*;q=0' },
          { 'user-agent': '\u00ff'.repeat(300) },
          { 'content-encoding': 'gzip' },
          { range: 'bytes=0-1' },
          { 'x-http-method-override': 'DELETE' },
        ]),
      })
      .map(({ method, root, segments, end, headers }) => ({
        method,
        path: `${[root, ...segments].join('/') || '/'}${end}`.replace(/^(?!\/)/, '/'),
        headers,
      })),
  );
});

function placeOf(endpoint: Endpoint, what: string, name: string): string {
  switch (what) {
    case 'list':
      return pathOf(endpoint, NAMESPACE);
    case 'everywhere':
      return pathOf({ ...endpoint, namespaced: false }, NAMESPACE);
    case 'sample':
      return pathOf(endpoint, NAMESPACE, samples.nameOf(endpoint));
    default:
      return pathOf(endpoint, NAMESPACE, name);
  }
}

/** A patch of one type: operations on paths of the object, or a part of it with something broken. */
function patchBody(type: string, sample: JsonObject): fc.Arbitrary<Buffer> {
  if (type !== 'application/json-patch+json') {
    const directives = one<JsonObject>([
      { $patch: 'delete' },
      { $patch: 'burn' },
      { spec: { $retainKeys: ['x'] } },
      { spec: { tags: [{ $patch: 'replace' }, { name: 'latest', $patch: 'delete' }, { $patch: 'merge' }] } },
      { spec: { '$setElementOrder/tags': [{ name: 'x' }, 1, null] } },
      { metadata: { '$deleteFromPrimitiveList/finalizers': 'x' } },
      { metadata: { finalizers: null, '$setElementOrder/finalizers': 7 } },
      { data: { $retainKeys: 1 } },
      {
        metadata: {
          managedFields: [{ fieldsV1: { 'f:a': 1, 'k:{': {}, 'v:x': {}, '': {} }, manager: 'm', operation: 'Apply' }],
        },
      },
      { metadata: { managedFields: [{}, null, 'x'] } },
    ]);
    return fc.oneof(broken(sample), directives, directives.chain(broken), hostileValue).map(bytesOf);
  }
  const pointer = fc.oneof(
    one([
      '',
      '/',
      '/metadata',
      '/metadata/name',
      '/metadata/labels/x',
      '/spec/tags/-',
      '/spec/tags/0',
      '/spec/tags/99',
      '/spec/tags/-1',
      '/spec/tags/01',
      '/~',
      '/~2',
      '/__proto__/x',
      '/constructor/prototype/x',
      '/metadata/annotations/a~1b',
      'metadata',
    ]),
    hostileText,
  );
  const operation = fc.record(
    {
      op: one(['add', 'remove', 'replace', 'move', 'copy', 'test', 'burn', '_get', '']),
      path: pointer,
      from: pointer,
      value: hostileValue,
    },
    { requiredKeys: ['op'] },
  );
  return fc.oneof(fc.array(operation, { maxLength: 4 }) as fc.Arbitrary<JsonObject[]>, hostileValue).map(bytesOf);
}

interface Recorded extends WireRequest {
  what: string;
  type?: string;
  body?: string;
  expect: { code: number; reason?: string; field?: string; message?: string };
}

const recorded = JSON.parse(readFileSync(new URL('./corpus/refusals.json', import.meta.url), 'utf8')) as Recorded[];

describe('each of these is answered as it always was', () => {
  beforeAll(createSamples, PATIENCE_MS);

  it.each(recorded.map((each) => [each.what, each] as const))(
    '%s',
    async (_what, { type, expect: expected, ...request }) => {
      const headers = { 'content-type': type ?? 'application/json' };
      const answer = await guard.send({ ...request, ...(request.body !== undefined && { headers }) });
      const { code, reason, field, message = '' } = expected;
      expect(answer).toMatchObject({ code, text: expect.stringContaining(message) });
      if (reason !== undefined) expect(JSON.parse(answer.text)).toMatchObject({ reason });
      if (field !== undefined) expect(answer.text).toContain(`"field":${JSON.stringify(field)}`);
    },
  );
});

describe('a good object without one of its fields, or with nothing in it', () => {
  beforeAll(createSamples, PATIENCE_MS);

  it('is accepted or refused, never a failure', async () => {
    for (const { method, path, sample } of writes().filter(({ method }) => method === 'POST')) {
      const target = { method, path: `${path}?dryRun=All`, headers: json };
      for (const object of [{}, { metadata: {} }, { spec: {} }, { spec: null }, ...withoutEach(sample)]) {
        await guard.send({ ...target, body: JSON.stringify(object) });
      }
    }
  }, 120_000);
});

describe('bodies at the limit of 3 MiB', () => {
  beforeEach(createSamples, PATIENCE_MS);

  const padded = (sample: JsonObject, bytes: number): Buffer => {
    const body = Buffer.from(JSON.stringify(sample));
    return Buffer.concat([body, Buffer.alloc(bytes - body.length, ' ')]);
  };

  it('are read up to it and refused beyond, by every endpoint', async () => {
    for (const { method, path, sample } of writes()) {
      const target = { method, path: `${path}?dryRun=All`, headers: json };
      expect(await guard.send({ ...target, body: padded(sample, 3 * MIB) })).not.toMatchObject({ code: 413 });
      expect(await guard.send({ ...target, body: padded(sample, 3 * MIB + 1) })).toMatchObject({ code: 413 });
    }
  }, 60_000);

  it('hold for patches and options too', async () => {
    const path = `${pathOf(
      endpoints.find(({ kind }) => kind === 'ImageStream')!,
      NAMESPACE,
      'sample',
    )}?dryRun=All`;
    const body = padded({}, 3 * MIB + 1);
    for (const type of PATCH_TYPES) {
      const answer = await guard.send({
        method: 'PATCH',
        path: `${path}&fieldManager=x`,
        headers: { 'content-type': type },
        body,
      });
      expect(answer).toMatchObject({ code: 413 });
    }
    expect(await guard.send({ method: 'DELETE', path, headers: json, body })).toMatchObject({ code: 413 });
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
    const answers = await wire.raw(bytes);
    expect(answers).toMatch(new RegExp(`^HTTP/1\\.1 ${code} `));
    expect(answers).toContain(`"kind":"Status"`);
    expect(answers).toContain(`"code":${code}`);
  });
});
