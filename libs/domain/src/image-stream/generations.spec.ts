import { describe, expect, it } from '@jest/globals';
import { planSpecWrite } from './generations.js';
import { tagChanged, tagSpecDiffers } from './tag-change.js';
import { defaultTagReference, type SparseTagReference } from './tag-defaults.js';
import type { TagReference } from './types.js';

const stored = (change: Partial<SparseTagReference> = {}): TagReference =>
  defaultTagReference({ name: 'a', generation: 3, from: { kind: 'DockerImage', name: 'x/y:1' }, ...change });

describe('tagChanged', () => {
  it.each<[string, Partial<SparseTagReference>, boolean]>([
    ['nothing', {}, false],
    ['the name', { from: { kind: 'DockerImage', name: 'x/y:2' } }, true],
    ['the namespace', { from: { kind: 'DockerImage', name: 'x/y:1', namespace: 'attic' } }, true],
    ['the namespace, to the own one', { from: { kind: 'DockerImage', name: 'x/y:1', namespace: 'shop' } }, false],
    ['the kind alone', { from: { kind: 'ImageStreamTag', name: 'x/y:1' } }, false],
    ['reference', { reference: true }, true],
    ['the import mode', { importPolicy: { importMode: 'PreserveOriginal' } }, true],
    ['generation 0', { generation: 0 }, true],
    ['another generation', { generation: 9 }, false],
    ['insecure and scheduled', { importPolicy: { insecure: true, scheduled: true } }, false],
    ['the reference policy', { referencePolicy: { type: 'Local' } }, false],
    ['annotations', { annotations: { a: 'b' } }, false],
    ['no source any more', { from: undefined }, false],
  ])('%s: %#', (_name, change, expected) => {
    expect(tagChanged(stored(), stored(change), 'shop')).toBe(expected);
  });

  it('a new tag is changed if it has a source', () => {
    expect(tagChanged(undefined, stored(), 'shop')).toBe(true);
    expect(tagChanged(undefined, stored({ from: undefined }), 'shop')).toBe(false);
  });
});

describe('tagSpecDiffers', () => {
  it.each<[string, Partial<SparseTagReference>, boolean]>([
    ['empty annotations', { annotations: {} }, false],
    ['annotations', { annotations: { a: 'b' } }, true],
    ['an empty namespace', { from: { kind: 'DockerImage', name: 'x/y:1', namespace: '' } }, false],
    ['insecure', { importPolicy: { insecure: true } }, true],
    ['the kind', { from: { kind: 'ImageStreamTag', name: 'x/y:1' } }, true],
    ['no source', { from: undefined }, true],
  ])('%s', (_name, change, expected) => expect(tagSpecDiffers(stored(), stored(change))).toBe(expected));
});

describe('planSpecWrite', () => {
  const plan = (streamGeneration: number, old: TagReference | undefined, next: TagReference | undefined) =>
    planSpecWrite('shop', streamGeneration, [{ ...(old && { old }), ...(next && { next }) }]);

  it('gives everything generation 1 on create, whatever the client says', () => {
    const result = plan(0, undefined, stored({ generation: 77 }));
    expect(result).toMatchObject({
      generation: 1,
      isChanged: true,
      written: [{ generation: 1 }],
      toResolve: [{ name: 'a' }],
    });
  });

  it('makes a stream without tags generation 1', () => {
    expect(planSpecWrite('shop', 0, [])).toMatchObject({ generation: 1, isChanged: true, written: [] });
  });

  it('changes nothing when only a client generation differs', () => {
    expect(plan(5, stored(), stored({ generation: 4 }))).toEqual({
      generation: 5,
      isChanged: false,
      written: [],
      removed: [],
      toResolve: [],
    });
  });

  it('keeps the tag generation when only a policy changes', () => {
    expect(plan(5, stored(), stored({ importPolicy: { scheduled: true } }))).toMatchObject({
      generation: 6,
      written: [{ generation: 3, importPolicy: { scheduled: true } }],
      toResolve: [],
    });
  });

  it('gives a changed tag the new stream generation', () => {
    const next = stored({ from: { kind: 'DockerImage', name: 'x/y:2' } });
    expect(plan(5, stored(), next)).toMatchObject({
      generation: 6,
      written: [{ generation: 6 }],
      toResolve: [{ generation: 6 }],
    });
  });

  it('takes generation 0 as "again, now"', () => {
    expect(plan(5, stored(), stored({ generation: 0 }))).toMatchObject({
      generation: 6,
      written: [{ generation: 6 }],
      toResolve: [{ name: 'a' }],
    });
  });

  it('gives a new tag without source a generation and does not resolve it', () => {
    expect(plan(5, undefined, defaultTagReference({ name: 'a' }))).toMatchObject({
      written: [{ generation: 6 }],
      toResolve: [],
    });
  });

  it('names what is removed', () => {
    expect(plan(5, stored(), undefined)).toMatchObject({ generation: 6, removed: ['a'], written: [] });
  });

  it('counts other changes of the spec', () => {
    expect(planSpecWrite('shop', 5, [], true)).toMatchObject({ generation: 6, isChanged: true });
  });
});
