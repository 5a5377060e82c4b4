import fc from 'fast-check';
import { broken, bytesOf, hostileText, hostileValue } from './hostile.js';
import type { JsonObject } from './samples.js';

export const PATCH_TYPES = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
];

const one = <T>(list: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...list);

/** A patch of one type: operations on paths of the object, or a part of it with something broken. */
export function patchBody(type: string, sample: JsonObject): fc.Arbitrary<Buffer> {
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
