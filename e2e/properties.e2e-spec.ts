import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Endpoint } from './support/bad-input/endpoints.js';
import { broken, bytesOf, encoded, hostileText, hostileValue } from './support/bad-input/hostile.js';
import { oddRequests } from './support/bad-input/odd-requests.js';
import { PATCH_TYPES, patchBody } from './support/bad-input/patches.js';
import { Playground } from './support/bad-input/playground.js';
import { brokenBytes, deepMessage, envelope, namedObject } from './support/bad-input/protobuf-bytes.js';
import { acceptHeader, deleteQuery, listQuery, watchQuery, writeQuery } from './support/bad-input/questions.js';
import type { JsonObject } from './support/bad-input/samples.js';
import type { WireRequest } from './support/bad-input/wire.js';

/**
 * Whatever is sent to whatever endpoint: no failure of the server, no hang, no refusal that is not a `Status`, nothing
 * stored on a refusal. Longer runs: FAKTORZ_PROPERTY_SECONDS (of each property; default 1). A failure prints the seed
 * that repeats it: FAKTORZ_PROPERTY_SEED.
 */
const SECONDS = Number(process.env['FAKTORZ_PROPERTY_SECONDS'] ?? 1);
const SEED = process.env['FAKTORZ_PROPERTY_SEED'];
const PATIENCE_MS = 60_000;

let ground: Playground;
let processes: string;

beforeAll(async () => {
  ground = await Playground.start();
  processes = await ground.processes();
}, 120_000);

afterAll(() => ground[Symbol.asyncDispose]());

const has = (verb: string) => (endpoint: Endpoint) => endpoint.verbs.includes(verb);

/** Runs a property for its time. */
async function holds(requests: fc.Arbitrary<WireRequest>): Promise<void> {
  await fc.assert(
    fc.asyncProperty(requests, async (request) => {
      await ground.guard.send(request);
    }),
    {
      numRuns: Number.MAX_SAFE_INTEGER,
      interruptAfterTimeLimit: SECONDS * 1000,
      ...(SEED !== undefined && { seed: Number(SEED) }),
    },
  );
  expect(await ground.processes()).toBe(processes);
}

/** `it` with the time a property may take, shrinking included. */
function property(what: string, requests: () => fc.Arbitrary<WireRequest>): void {
  it(what, () => holds(requests()), SECONDS * 1000 + PATIENCE_MS);
}

const json = { 'content-type': 'application/json' };

const one = <T>(list: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...list);

describe('whatever is sent is answered, and stored only if accepted', () => {
  beforeEach(() => ground.createSamples(), PATIENCE_MS);

  property('objects with one field broken', () =>
    fc
      .tuple(one(ground.writes()), writeQuery, one(['application/json', 'application/yaml']))
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
        write: one(ground.writes()),
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
    one(ground.writes()).chain(({ method, path, endpoint: { apiVersion, kind } }) =>
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
    const patched = ground.endpoints
      .filter(has('patch'))
      .map((endpoint) => ({ endpoint, sample: ground.samples.of(endpoint) }));
    return fc
      .tuple(one(patched), one(PATCH_TYPES), writeQuery, fc.boolean())
      .chain(([{ endpoint, sample }, type, query, names]) =>
        patchBody(type, sample).map((body) => ({
          method: 'PATCH',
          path: `${ground.pathOfSample(endpoint)}${query}${names ? `${query === '' ? '?' : '&'}fieldManager=fuzz&force=true` : ''}`,
          headers: { 'content-type': type },
          body,
        })),
      );
  });

  property('deletions with any options', () => {
    const deleted = ground.endpoints.filter((endpoint) => has('delete')(endpoint) || has('deletecollection')(endpoint));
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
          ground.path(endpoint, isCollection ? undefined : name === 'sample' ? ground.samples.nameOf(endpoint) : name) +
          query,
        ...(body && { headers: json, body }),
      }));
  });

  property('questions with any parameters', () => {
    const read = ground.endpoints.filter((endpoint) => has('get')(endpoint) || has('list')(endpoint));
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

  property('paths, methods and headers that make no sense', () => oddRequests(ground.namespace));
});

function placeOf(endpoint: Endpoint, what: string, name: string): string {
  switch (what) {
    case 'list':
      return ground.path(endpoint);
    case 'everywhere':
      return ground.path({ ...endpoint, namespaced: false });
    case 'sample':
      return ground.pathOfSample(endpoint);
    default:
      return ground.path(endpoint, name);
  }
}
