import { describe, expect, it } from '@jest/globals';
import { GARDEN_VERSION, gardenType } from '../../test/garden-schemas.js';
import type { KubeObject, ManagedFieldsEntry } from '../kube-object.js';
import { updateManagedFields } from './update-managed-fields.js';

const now = new Date('2026-03-04T05:06:07.890Z');
const time = '2026-03-04T05:06:07Z';

const garden = (spec: object, metadata: object = {}, status?: object): KubeObject =>
  ({
    apiVersion: GARDEN_VERSION,
    kind: 'Garden',
    metadata: { name: 'rose', ...metadata },
    spec,
    ...(status ? { status } : {}),
  }) as unknown as KubeObject;

function tracked(
  next: KubeObject,
  old?: KubeObject,
  about: { manager?: string; subresource?: string; now?: Date } = {},
): KubeObject {
  const copy = structuredClone(next);
  updateManagedFields({
    old,
    next: copy,
    manager: 'gardener',
    now,
    apiVersion: GARDEN_VERSION,
    ...gardenType,
    ...about,
  });
  return copy;
}

const entries = (object: KubeObject): ManagedFieldsEntry[] => object.metadata.managedFields ?? [];
const fieldsOf = (object: KubeObject): Record<string, unknown> =>
  Object.fromEntries(
    entries(object).map(({ manager, subresource, fieldsV1 }) => [
      subresource ? `${manager}/${subresource}` : manager,
      fieldsV1,
    ]),
  );

/** The object with the managed fields of another, as a client sends it back. */
const after = (old: KubeObject, spec: object, metadata: object = {}): KubeObject =>
  garden(spec, { managedFields: old.metadata.managedFields, ...metadata });

describe('a create', () => {
  it('gives the creator what differs from an empty object', () => {
    const bed = { name: 'south', owner: { kind: 'Person', name: 'ann' }, plants: null };
    const created = tracked(
      garden(
        { public: false, size: 4, beds: [bed], gates: ['north'], paths: ['a'], notes: { a: { b: 1 } } },
        { uid: 'u', labels: { l: '1' } },
      ),
    );
    expect(entries(created)).toEqual([
      {
        manager: 'gardener',
        operation: 'Update',
        apiVersion: GARDEN_VERSION,
        time,
        fieldsType: 'FieldsV1',
        fieldsV1: {
          'f:metadata': { 'f:labels': { '.': {}, 'f:l': {} } },
          'f:spec': {
            'f:beds': { '.': {}, 'k:{"name":"south"}': { '.': {}, 'f:name': {}, 'f:owner': {}, 'f:plants': {} } },
            'f:gates': { '.': {}, 'v:"north"': {} },
            'f:notes': { '.': {}, 'f:a': { '.': {}, 'f:b': {} } },
            'f:paths': {},
            'f:size': {},
          },
        },
      },
    ]);
  });

  it('records nothing of an object with nothing in it', () => {
    expect(tracked(garden({ public: false }))).toEqual(garden({ public: false }));
  });

  it('does not record what is computed', () => {
    expect(fieldsOf(tracked(garden({ size: 1 }, {}, { visitors: 7 })))).toEqual({
      gardener: { 'f:spec': { 'f:size': {} } },
    });
  });

  it('owns an item as a whole when two have the same key', () => {
    const created = tracked(garden({ beds: [{ name: 'a', watered: true }, { name: 'a' }] }));
    expect(fieldsOf(created)).toEqual({ gardener: { 'f:spec': { 'f:beds': { '.': {}, 'k:{"name":"a"}': {} } } } });
  });
});

describe('an update', () => {
  const created = tracked(
    garden({ size: 1, public: true, beds: [{ name: 'a', watered: true }] }, { labels: { l: '1' } }),
  );

  it('moves changed fields to who changed them', () => {
    const next = tracked(
      after(
        created,
        { size: 2, public: true, beds: [{ name: 'a', watered: true }, { name: 'b' }] },
        { labels: { l: '1' } },
      ),
      created,
      { manager: 'visitor' },
    );
    expect(fieldsOf(next)).toEqual({
      gardener: {
        'f:metadata': { 'f:labels': { '.': {}, 'f:l': {} } },
        'f:spec': {
          'f:beds': { '.': {}, 'k:{"name":"a"}': { '.': {}, 'f:name': {}, 'f:plants': {}, 'f:watered': {} } },
          'f:public': {},
        },
      },
      visitor: {
        'f:spec': { 'f:beds': { 'k:{"name":"b"}': { '.': {}, 'f:name': {}, 'f:plants': {} } }, 'f:size': {} },
      },
    });
  });

  it('drops what is gone, and managers with it', () => {
    const grown = tracked(
      after(created, { size: 1, public: true, beds: [] }, { labels: { l: '1', m: '2' } }),
      created,
      { manager: 'visitor' },
    );
    const next = tracked(after(grown, { size: 1, public: true }, { labels: { l: '1' } }), grown, { manager: 'third' });
    expect(fieldsOf(next)).toEqual({
      gardener: { 'f:metadata': { 'f:labels': { '.': {}, 'f:l': {} } }, 'f:spec': { 'f:public': {}, 'f:size': {} } },
    });
  });

  it('that changes nothing leaves times alone', () => {
    const later = new Date('2027-01-01T00:00:00Z');
    expect(tracked(created, created, { now: later })).toEqual(created);
  });

  it('of the same manager stamps its entry anew', () => {
    const later = new Date('2027-01-01T00:00:00Z');
    const next = tracked(
      after(created, { size: 2, public: true, beds: [{ name: 'a', watered: true }] }, { labels: { l: '1' } }),
      created,
      { now: later },
    );
    expect(fieldsOf(next)).toEqual(fieldsOf(created));
    expect(entries(next)[0]?.time).toBe('2027-01-01T00:00:00Z');
  });

  it('leaves an object without managed fields without', () => {
    const old = garden({ size: 1 });
    expect(tracked(garden({ size: 2 }), old).metadata).not.toHaveProperty('managedFields');
  });

  it('may write managed fields itself, or reset them', () => {
    const own = {
      manager: 'x',
      operation: 'Apply',
      apiVersion: GARDEN_VERSION,
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:spec': { 'f:size': {} } },
    };
    const same = { size: 1, public: true, beds: [{ name: 'a', watered: true }] };
    expect(entries(tracked(garden(same, { labels: { l: '1' }, managedFields: [own] }), created))).toEqual([own]);
    expect(entries(tracked(garden(same, { labels: { l: '1' }, managedFields: [{}] }), created))).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['none', undefined],
    ['an empty list', []],
    ['a malformed element', [{ manager: 'x', operation: 'Update', fieldsV1: { nonsense: {} } }]],
    ['malformed keys', [{ manager: 'x', operation: 'Update', fieldsV1: { 'k:{': {} } }]],
    ['an unknown operation', [{ manager: 'x', operation: 'Guess', fieldsV1: {} }]],
    ['no list', 'all mine'],
  ])('with %s as managed fields keeps the stored ones', (_name, managedFields) => {
    const same = { size: 1, public: true, beds: [{ name: 'a', watered: true }] };
    expect(fieldsOf(tracked(garden(same, { labels: { l: '1' }, managedFields }), created))).toEqual(fieldsOf(created));
  });

  it('through a subresource has an entry of its own', () => {
    const next = { ...structuredClone(created), status: { visitors: 3 } } as KubeObject;
    const seen = tracked(next, created, { subresource: 'status' });
    expect(fieldsOf(seen)).toMatchObject({ 'gardener/status': { 'f:status': { 'f:visitors': {} } } });
    expect(entries(seen)).toHaveLength(2);
  });

  it('merges the oldest of more than ten managers', () => {
    let object = tracked(garden({ notes: { n: 0 } }));
    for (let at = 1; at <= 14; at++) {
      const notes = Object.fromEntries(Array.from({ length: at + 1 }, (_, n) => [`k${n}`, n]));
      object = tracked(after(object, { notes }), object, {
        manager: `m${at}`,
        now: new Date(now.getTime() + at * 1000),
      });
    }
    const managers = entries(object).map(({ manager }) => manager);
    expect(managers).toHaveLength(10);
    expect(managers[0]).toBe('ancient-changes');
    expect(managers.at(-1)).toBe('m14');
  });
});
