import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { GARDEN_VERSION, gardenType } from '../../test/garden-schemas.js';
import type { KubeObject } from '../kube-object.js';
import { ApiError } from '../status/api-error.js';
import { applyPatch } from './apply-patch.js';

type PatchType = 'json' | 'merge' | 'strategic';

const garden = (spec: object, metadata: object = {}): KubeObject =>
  ({
    apiVersion: GARDEN_VERSION,
    kind: 'Garden',
    metadata: { name: 'rose', ...metadata },
    spec,
  }) as unknown as KubeObject;

const applied = (type: PatchType, body: unknown, current: KubeObject) =>
  applyPatch({
    type,
    patch: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
    current,
    ...gardenType,
  });
const patch = (type: PatchType, body: unknown, current: KubeObject): KubeObject => applied(type, body, current).object;

const patchedSpec = (type: PatchType, body: unknown, spec: object): unknown =>
  (patch(type, body, garden(spec)) as unknown as { spec: unknown }).spec;

function refusal(type: PatchType, body: unknown, spec: object = {}): ApiError {
  try {
    patch(type, body, garden(spec));
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('JSON patch', () => {
  it.each<[string, object[], object, object]>([
    ['adds a field', [{ op: 'add', path: '/spec/size', value: 2 }], {}, { size: 2 }],
    [
      'inserts into a list',
      [{ op: 'add', path: '/spec/paths/1', value: 'b' }],
      { paths: ['a', 'c'] },
      { paths: ['a', 'b', 'c'] },
    ],
    ['appends to a list', [{ op: 'add', path: '/spec/paths/-', value: 'b' }], { paths: ['a'] }, { paths: ['a', 'b'] }],
    ['replaces', [{ op: 'replace', path: '/spec/size', value: 3 }], { size: 2 }, { size: 3 }],
    ['removes', [{ op: 'remove', path: '/spec/paths/0' }], { paths: ['a', 'b'] }, { paths: ['b'] }],
    [
      'moves',
      [{ op: 'move', from: '/spec/paths/0', path: '/spec/paths/1' }],
      { paths: ['a', 'b'] },
      { paths: ['b', 'a'] },
    ],
    [
      'copies',
      [{ op: 'copy', from: '/spec/notes/a', path: '/spec/notes/b' }],
      { notes: { a: [1] } },
      { notes: { a: [1], b: [1] } },
    ],
    [
      'follows escapes',
      [{ op: 'add', path: '/spec/notes/a~1b~0c', value: 1 }],
      { notes: {} },
      { notes: { 'a/b~c': 1 } },
    ],
    [
      'tests',
      [{ op: 'test', path: '/spec/notes', value: { b: 1, a: [2] } }],
      { notes: { a: [2], b: 1 } },
      { notes: { a: [2], b: 1 } },
    ],
    ['tests for absence', [{ op: 'test', path: '/spec/size', value: null }], {}, {}],
  ])('%s', (_name, operations, before, after) => {
    expect(patchedSpec('json', operations, before)).toEqual(after);
  });

  it.each<[string, unknown, number]>([
    ['a failing test', [{ op: 'test', path: '/spec/size', value: 2 }], 422],
    ['a missing parent', [{ op: 'add', path: '/spec/a/b', value: 2 }], 422],
    ['replacing nothing', [{ op: 'replace', path: '/spec/size', value: 2 }], 422],
    ['removing nothing', [{ op: 'remove', path: '/spec/size' }], 422],
    ['an index out of range', [{ op: 'add', path: '/spec/paths/5', value: 'x' }], 422],
    ['moving into itself', [{ op: 'move', from: '/spec', path: '/spec/notes' }], 422],
    ['a patch that leaves no object', [{ op: 'replace', path: '', value: 1 }], 422],
    ['values of the wrong type', [{ op: 'add', path: '/spec/size', value: 'big' }], 422],
    ['an unknown operation', [{ op: 'grow', path: '/spec' }], 400],
    ['an operation without path', [{ op: 'remove' }], 400],
    ['a path without slash', [{ op: 'remove', path: 'spec' }], 400],
    ['an add without value', [{ op: 'add', path: '/spec/size' }], 400],
    ['no list', { op: 'remove', path: '/spec' }, 400],
    ['no JSON', 'remove /spec', 400],
    ['too many operations', Array.from({ length: 10_001 }, () => ({ op: 'remove', path: '/spec' })), 413],
  ])('refuses %s', (_name, body, code) => {
    expect(refusal('json', body, { paths: ['a'] })).toMatchObject({ code });
  });

  it('says in the words of Kubernetes that it does not apply, and why in the cause', () => {
    expect(refusal('json', [{ op: 'test', path: '/spec/size', value: 2 }])).toMatchObject({
      reason: 'Invalid',
      message: 'the server rejected our request due to an error in our request',
      details: { causes: [{ field: 'patch', message: 'testing value /spec/size failed: test failed' }] },
    });
  });

  it('stops copies of copies', () => {
    const double = (at: number) => ({ op: 'copy', from: '/spec/notes', path: `/spec/notes/n${at}` });
    const operations = Array.from({ length: 40 }, (_, at) => double(at));
    expect(refusal('json', operations, { notes: { a: 'x'.repeat(100) } })).toMatchObject({ code: 413 });
  });

  it('touches no prototype', () => {
    const path = '/spec/notes/__proto__/polluted';
    expect(refusal('json', [{ op: 'add', path, value: true }], { notes: {} })).toMatchObject({ code: 422 });
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe('merge patch', () => {
  /** The cases of RFC 7396, appendix A, within a free-form field. */
  it.each<[unknown, unknown, unknown]>([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('merges %j and %j into %j', (before, change, after) => {
    expect(patchedSpec('merge', { spec: { notes: change } }, { notes: before as object })).toEqual({ notes: after });
  });

  it('leaves unknown fields for strict decoding to name', () => {
    expect(patchedSpec('merge', { spec: { pond: 1 } }, {})).toEqual({ pond: 1 });
  });

  it('refuses a patch that is no object', () => {
    expect(refusal('merge', [])).toMatchObject({ code: 400 });
  });

  it('is idempotent, changes nothing when empty, and leaves the current object alone', () => {
    const notes = fc
      .dictionary(fc.string(), fc.jsonValue())
      .map((value) => JSON.parse(JSON.stringify(value)) as object);
    fc.assert(
      fc.property(notes, notes, (before, change) => {
        const current = garden({ notes: before });
        const copy = JSON.stringify(current);
        const once = patch('merge', { spec: { notes: change } }, current);
        expect(JSON.stringify(current)).toBe(copy);
        expect(patch('merge', { spec: { notes: change } }, once)).toEqual(once);
        expect(patch('merge', {}, current)).toEqual(JSON.parse(copy));
      }),
    );
  });
});

describe('strategic merge patch', () => {
  const beds = [{ name: 'a', plants: { rose: '1' } }, { name: 'b', watered: true }, { name: 'c' }];

  it.each<[string, object, object, object]>([
    [
      'merges items by key',
      { beds: [{ name: 'b', watered: null, plants: { fern: '2' } }] },
      { beds },
      { beds: [beds[0], { name: 'b', plants: { fern: '2' } }, beds[2]] },
    ],
    [
      'appends new items',
      { beds: [{ name: 'd', plants: { x: null, y: '1' } }] },
      { beds: [] },
      { beds: [{ name: 'd', plants: { y: '1' } }] },
    ],
    [
      'deletes items',
      {
        beds: [
          { $patch: 'delete', name: 'a' },
          { $patch: 'delete', name: 'none' },
        ],
      },
      { beds },
      { beds: beds.slice(1) },
    ],
    ['replaces a keyed list', { beds: [{ $patch: 'replace' }, { name: 'z' }] }, { beds }, { beds: [{ name: 'z' }] }],
    [
      'replaces an object',
      { beds: [{ name: 'a', plants: { $patch: 'replace', oak: '1' } }] },
      { beds },
      { beds: [{ name: 'a', plants: { oak: '1' } }, ...beds.slice(1)] },
    ],
    [
      'deletes an object',
      { beds: [{ name: 'a', plants: { $patch: 'delete' } }] },
      { beds },
      { beds: [{ name: 'a' }, ...beds.slice(1)] },
    ],
    ['replaces lists without key', { paths: ['x'] }, { paths: ['a', 'b'] }, { paths: ['x'] }],
    ['merges sets', { gates: ['north', 'east'] }, { gates: ['south', 'north'] }, { gates: ['south', 'north', 'east'] }],
    [
      'takes values out of sets',
      { '$deleteFromPrimitiveList/gates': ['south'] },
      { gates: ['south', 'north'] },
      { gates: ['north'] },
    ],
    ['keeps the asked keys only', { $retainKeys: ['size'], size: 2 }, { size: 1, public: true }, { size: 2 }],
    [
      'orders items',
      { '$setElementOrder/beds': [{ name: 'c' }, { name: 'a' }], beds: [{ name: 'c', watered: true }] },
      { beds },
      { beds: [beds[1], { name: 'c', watered: true }, beds[0]] },
    ],
    [
      'orders items it does not change',
      { '$setElementOrder/beds': [{ name: 'c' }, { name: 'b' }, { name: 'a' }] },
      { beds },
      { beds: [beds[2], beds[1], beds[0]] },
    ],
    [
      'orders new items',
      { '$setElementOrder/beds': [{ name: 'n' }, { name: 'a' }], beds: [{ name: 'n' }] },
      { beds },
      { beds: [{ name: 'n' }, ...beds] },
    ],
    ['removes by null', { size: null }, { size: 1, public: true }, { public: true }],
  ])('%s', (_name, change, before, after) => {
    expect(patchedSpec('strategic', { spec: change }, before)).toEqual(after);
  });

  it.each<[string, unknown, number]>([
    ['an item without key', { beds: [{ watered: true }] }, 422],
    ['a plain value among objects', { beds: ['a'] }, 422],
    ['an object among plain values', { gates: [{}] }, 422],
    ['an unknown directive', { $patch: 'grow' }, 400],
    ['an unknown directive of an item', { beds: [{ $patch: 'grow', name: 'a' }] }, 400],
    ['keys that are not to be kept', { $retainKeys: ['size'], public: true }, 422],
    ['keys to keep that are no names', { $retainKeys: 'size' }, 400],
    [
      'items out of their order',
      { '$setElementOrder/beds': [{ name: 'a' }, { name: 'b' }], beds: [{ name: 'b' }, { name: 'a' }] },
      400,
    ],
    ['an order that is no list', { '$setElementOrder/beds': 'a' }, 400],
  ])('refuses %s', (_name, change, code) => {
    expect(refusal('strategic', { spec: change }, { beds, gates: ['south'] })).toMatchObject({ code });
  });

  it('merges a plain change as merge patch does where no list is keyed', () => {
    const notes = fc.dictionary(
      fc.string().filter((key) => !key.startsWith('$')),
      fc.oneof(fc.string(), fc.integer(), fc.boolean()),
    );
    fc.assert(
      fc.property(notes, notes, (before, change) => {
        const body = { spec: { notes: change } };
        expect(patch('strategic', body, garden({ notes: before }))).toEqual(
          patch('merge', body, garden({ notes: before })),
        );
      }),
    );
  });
});

it('no patch throws anything but ApiError, whatever it holds', () => {
  const types = fc.constantFrom<PatchType>('json', 'merge', 'strategic');
  const operation = fc.record({
    op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test', 'x'),
    path: fc.constantFrom('', '/', '/spec', '/spec/paths/0', '/spec/paths/-', '/metadata/name', '/spec/~2', 'x'),
    from: fc.constantFrom('', '/spec', '/spec/paths', '/none'),
    value: fc.jsonValue(),
  });
  const change = fc.oneof(
    fc.jsonValue(),
    fc.array(operation, { maxLength: 5 }),
    fc.record({ spec: fc.jsonValue(), metadata: fc.jsonValue() }),
  );
  fc.assert(
    fc.property(types, change, (type, body) => {
      try {
        patch(type, body, garden({ paths: ['a'], beds: [{ name: 'a' }] }));
      } catch (error) {
        expect(error).toBeInstanceOf(ApiError);
      }
    }),
    { numRuns: 1000 },
  );
});

describe('a key that stands twice in a patch', () => {
  it.each<[PatchType, string, string]>([
    ['merge', '{"metadata":{"labels":{"a":"b","a":"c"}}}', 'duplicate field "metadata.labels.a"'],
    ['strategic', '{"metadata":{"labels":{"a":"b","a":"c"}}}', 'duplicate field "metadata.labels.a"'],
    ['json', '[{"op":"add","path":"/metadata/labels","op":"add","value":{}}]', 'json patch duplicate field "[0].op"'],
  ])('of the kind %s is told, and the last one counts', (type, body, problem) => {
    expect(applied(type, body, garden({})).duplicates).toEqual([problem]);
  });

  it('is told once, and otherwise nothing is', () => {
    expect(applied('merge', '{"spec":{"a":1,"a":2,"a":3}}', garden({})).duplicates).toHaveLength(1);
    expect(applied('merge', '{"metadata":{"labels":{"a":"b"}}}', garden({})).duplicates).toEqual([]);
  });
});
