import { describe, expect, it } from '@jest/globals';
import { mergeKeysOf, NO_MERGE_KEYS } from './merge-keys.js';
import { migratedManagedFields } from './migrate-managed-fields.js';
import { threeWayPatch, twoWayPatch } from './three-way.js';

const IMAGE = mergeKeysOf('image.openshift.io');
const withTags = (...tags: object[]) => ({ spec: { tags } });

describe('three-way patches', () => {
  it('are empty when everything wanted is there, whatever else the server added', () => {
    const wanted = withTags({ name: '1', from: { kind: 'DockerImage', name: 'a' } });
    const live = {
      metadata: { uid: 'x' },
      spec: { lookup: true, tags: [{ name: '1', generation: 2, from: { kind: 'DockerImage', name: 'a' } }] },
    };
    expect(threeWayPatch(wanted, wanted, live, IMAGE)).toEqual({});
  });

  it('change, add and remove items of a keyed list by their key', () => {
    const before = withTags({ name: '1', from: { name: 'a' }, scheduled: true }, { name: 'old' });
    const wanted = withTags({ name: '1', from: { name: 'b' } }, { name: 'new', from: { name: 'c' } });
    const live = withTags({ name: '1', from: { name: 'a' }, scheduled: true, generation: 3 }, { name: 'old' });
    expect(threeWayPatch(before, wanted, live, IMAGE)).toEqual({
      spec: {
        '$setElementOrder/tags': [{ name: '1' }, { name: 'new' }],
        tags: [
          { name: '1', from: { name: 'b' }, scheduled: null },
          { name: 'new', from: { name: 'c' } },
          { name: 'old', $patch: 'delete' },
        ],
      },
    });
  });

  it('replace lists whole where no key is known', () => {
    const live = withTags({ name: '1' }, { name: '2' });
    expect(threeWayPatch({}, withTags({ name: '2' }), live, NO_MERGE_KEYS)).toEqual(withTags({ name: '2' }));
  });

  it('remove what was applied before and leave what others set', () => {
    const live = { metadata: { labels: { mine: '1', theirs: '2' } } };
    expect(threeWayPatch({ metadata: { labels: { mine: '1' } } }, { metadata: { labels: {} } }, live, IMAGE)).toEqual({
      metadata: { labels: { mine: null } },
    });
  });

  it('of two states hold the difference only', () => {
    expect(twoWayPatch({ a: 1, b: { c: 2, d: 3 } }, { a: 1, b: { c: 4 } }, NO_MERGE_KEYS)).toEqual({
      b: { c: 4, d: null },
    });
  });
});

describe('passing fields on to server-side apply', () => {
  it('unites what client-side and server-side apply own and keeps other managers', () => {
    const managedFields = [
      { manager: 'kubectl-client-side-apply', operation: 'Update', fieldsV1: { 'f:spec': { 'f:a': {} } } },
      { manager: 'kubectl', operation: 'Apply', fieldsV1: { 'f:spec': { 'f:b': {} } } },
      { manager: 'someone', operation: 'Update', fieldsV1: {} },
    ];
    expect(migratedManagedFields({ metadata: { managedFields } })).toEqual([
      managedFields[2],
      { manager: 'kubectl', operation: 'Apply', fieldsV1: { 'f:spec': { 'f:a': {}, 'f:b': {} } } },
    ]);
  });

  it('has nothing to do where client-side apply never was', () => {
    expect(
      migratedManagedFields({ metadata: { managedFields: [{ manager: 'kubectl', operation: 'Apply' }] } }),
    ).toBeUndefined();
  });
});
