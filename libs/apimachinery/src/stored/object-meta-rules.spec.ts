import { describe, expect, it } from '@jest/globals';
import type { KubeObject, ObjectMeta } from '../kube-object.js';
import { fieldErrorsSentence } from '../status/field-errors.js';
import { generatedName } from './generated-name.js';
import { metadataErrors, metadataUpdateErrors } from './object-meta-rules.js';
import { saySame } from './same-object.js';

const object = (metadata: Partial<ObjectMeta> = {}): KubeObject => ({
  apiVersion: 'x.io/v1',
  kind: 'Widget',
  metadata: { name: 'a', namespace: 'n', ...metadata },
});

const namespaced = { namespaced: true };

describe('metadataErrors', () => {
  it('finds nothing wrong with good metadata', () => {
    const good = object({
      name: 'a.b-c',
      labels: { 'x.io/app': 'Demo_1', empty: '' },
      annotations: { 'X.io/Note': 'anything, at all' },
      finalizers: ['x.io/hold'],
      ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'u', controller: true }],
    });
    expect(metadataErrors(good, namespaced)).toEqual([]);
  });

  const long = 'x'.repeat(64);
  const owner = { apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'u', controller: true };
  const cases: [string, Partial<ObjectMeta>, RegExp][] = [
    ['no name', { name: '' }, /^metadata.name: Required value: name or generateName is required$/],
    ['a name in capitals', { name: 'A' }, /^metadata.name: Invalid value: "A": a lowercase RFC 1123 subdomain must/],
    ['no namespace', { namespace: undefined }, /^metadata.namespace: Required value$/],
    ['a bad label key', { labels: { 'a b': '' } }, /^metadata.labels: Invalid value: "a b": name part must consist/],
    ['a bad label value', { labels: { a: 'b c' } }, /^metadata.labels: Invalid value: "b c": a valid label must/],
    ['a long label value', { labels: { a: long } }, /must be no more than 63 bytes/],
    ['a bad prefix', { labels: { 'A_/b': '' } }, /prefix part a lowercase RFC 1123 subdomain/],
    [
      'two slashes',
      { annotations: { 'a/b/c': '' } },
      /^metadata.annotations: Invalid value: "a\/b\/c": a qualified name must/,
    ],
    [
      'much text',
      { annotations: { a: 'x'.repeat(262_144) } },
      /^metadata.annotations: Too long: may not be more than 262144 bytes$/,
    ],
    ['a bad finalizer', { finalizers: ['a b'] }, /^metadata.finalizers: Invalid value: "a b"/],
    [
      'an owner without uid',
      { ownerReferences: [{ ...owner, uid: '' }] },
      /^metadata.ownerReferences.uid: Invalid value: "": must not be empty$/,
    ],
    [
      'an owner of nothing',
      { ownerReferences: [{} as typeof owner] },
      /apiVersion: Invalid value: "": version must not be empty, .*kind: .*name: .*uid: Invalid value: "": must not be empty/,
    ],
    ['two controllers', { ownerReferences: [owner, { ...owner, name: 'q' }] }, /in references for Pod\/p and Pod\/q$/],
  ];
  it.each(cases)('finds %s', (_what, metadata, message) => {
    expect(fieldErrorsSentence(metadataErrors(object(metadata), namespaced))).toMatch(message);
  });

  it('judges names by the rules of the resource', () => {
    const validateName = (name: string) => (name.includes('!') ? ['no shouting'] : []);
    expect(metadataErrors(object({ name: 'A' }), { ...namespaced, validateName })).toEqual([]);
    expect(metadataErrors(object({ name: 'a!' }), { ...namespaced, validateName })).toMatchObject([
      { detail: 'no shouting' },
    ]);
  });

  it('judges what a name is made of before the name', () => {
    expect(metadataErrors(object({ name: 'A-x', generateName: 'A-' }), namespaced)).toMatchObject([
      { field: 'metadata.generateName' },
      { field: 'metadata.name' },
    ]);
  });

  it('knows no namespace of what is not in one', () => {
    expect(metadataErrors(object(), { namespaced: false })).toMatchObject([
      { field: 'metadata.namespace', type: 'Forbidden' },
    ]);
  });
});

describe('metadataUpdateErrors', () => {
  it('keeps names, and lets nothing new hold what is being deleted', () => {
    const old = object({ deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['a/b'] });
    expect(metadataUpdateErrors(object({ finalizers: ['a/b'] }), old)).toEqual([]);
    expect(fieldErrorsSentence(metadataUpdateErrors(object({ name: 'b', finalizers: ['c/d'] }), old))).toBe(
      '[metadata.name: Invalid value: "b": field is immutable, metadata.finalizers: Forbidden: no new finalizers can be' +
        ' added if the object is being deleted, found new finalizers []string{"c/d"}]',
    );
  });
});

describe('saySame', () => {
  const entry = {
    manager: 'm',
    operation: 'Update',
    apiVersion: 'v1',
    fieldsType: 'FieldsV1',
    fieldsV1: { 'f:a': {} },
  } as const;
  it.each([
    ['versions', object({ resourceVersion: '1' }), object({ resourceVersion: '2' }), true],
    [
      'times of managers',
      object({ managedFields: [{ ...entry, time: 'a' }] }),
      object({ managedFields: [{ ...entry, time: 'b' }] }),
      true,
    ],
    ['managers', object({ managedFields: [entry] }), object({ managedFields: [{ ...entry, manager: 'n' }] }), false],
    ['empty and no labels', object({ labels: {} }), object(), true],
    ['labels', object({ labels: { a: 'b' } }), object(), false],
  ])('two objects that differ in %s', (_what, a, b, expected) => {
    expect(saySame(a, b)).toBe(expected);
  });
});

it('cuts a generated name to 63 characters', () => {
  expect(generatedName('a-')).toMatch(/^a-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  expect(generatedName('x'.repeat(100))).toHaveLength(63);
});
