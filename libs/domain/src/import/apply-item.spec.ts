import { describe, expect, it } from '@jest/globals';
import { importFailureCondition } from '../image-stream/conditions.js';
import { defaultTagReference, type SparseTagReference } from '../image-stream/tag-defaults.js';
import type { TagEvent, TagReference } from '../image-stream/types.js';
import type { Image } from '../image/image.js';
import { emptyMetadata } from '../image/docker-metadata.js';
import { applyImportedItem, importedReference, type ItemToApply } from './apply-item.js';
import type { ImportedItem } from './import-results.js';
import { imageNotFound, importSucceeded } from './status.js';

const A = `sha256:${'a'.repeat(64)}`;
const B = `sha256:${'b'.repeat(64)}`;
const now = '2026-03-03T00:00:00Z';
const image = (digest: string): Image => ({
  metadata: { name: digest },
  dockerImageReference: `lab/x/y@${digest}`,
  dockerImageMetadata: emptyMetadata(),
  dockerImageMetadataVersion: '1.0',
});
const spec = (change: Partial<SparseTagReference> = {}): TagReference =>
  defaultTagReference({ name: 't', generation: 3, from: { kind: 'DockerImage', name: 'lab/x/y:t' }, ...change });
const event = (digest: string, generation: number): TagEvent => ({
  created: '2026-01-01T00:00:00Z',
  dockerImageReference: `lab/x/y@${digest}`,
  image: digest,
  generation,
});
const found: ImportedItem = {
  from: { kind: 'DockerImage', name: 'lab/x/y:t' },
  to: 't',
  tag: 't',
  importPolicy: { importMode: 'Legacy' },
  referencePolicy: { type: 'Local' },
  status: importSucceeded(),
  image: image(A),
};
const missing: ImportedItem = { ...found, image: undefined, status: imageNotFound('lab/x/y:t') };
const condition = importFailureCondition(missing.status, 5, now);
const asked = (change: Partial<ItemToApply> = {}): ItemToApply => ({
  tag: 't',
  conditions: [],
  item: found,
  from: 'lab/x/y:t',
  isRepositoryItem: false,
  background: false,
  streamGeneration: 7,
  now,
  ...change,
});

describe('a found image', () => {
  it('makes a tag that was not there', () => {
    expect(applyImportedItem(asked())).toEqual({
      spec: spec({ generation: 8, referencePolicy: { type: 'Local' } }),
      event: { ...event(A, 8), created: now },
      history: { action: 'prepend', newest: { ...event(A, 8), created: now } },
    });
  });

  it('moves a tag that points elsewhere, and keeps its annotations and reference policy', () => {
    const old = spec({
      annotations: { a: 'b' },
      from: { kind: 'ImageStreamTag', name: 'other:1', namespace: 'attic' },
    });
    const result = applyImportedItem(asked({ spec: old, newest: event(B, 3) }));
    expect(result.spec).toEqual(spec({ annotations: { a: 'b' }, generation: 8 }));
    expect(result.history?.action).toBe('prepend');
  });

  it('changes nothing when the tag points there already', () => {
    expect(applyImportedItem(asked({ spec: spec(), newest: event(A, 3) }))).toEqual({});
  });

  it('raises the generation when the tag was asked for anew', () => {
    const result = applyImportedItem(asked({ spec: spec({ generation: 7 }), newest: event(A, 3) }));
    expect(result).toMatchObject({ spec: { generation: 8 }, history: { action: 'collapse', newest: event(A, 8) } });
  });

  it('clears the conditions of an earlier failure', () => {
    expect(applyImportedItem(asked({ spec: spec(), newest: event(A, 3), conditions: [condition] }))).toEqual({
      conditions: [],
    });
  });

  it('writes the import policy of the request, even when nothing else changes', () => {
    const result = applyImportedItem(asked({ spec: spec({ importPolicy: { insecure: true } }), newest: event(A, 3) }));
    expect(result).toEqual({ spec: spec() });
  });

  it('leaves the import policy when nobody asked', () => {
    const scheduled = spec({ importPolicy: { scheduled: true } });
    expect(applyImportedItem(asked({ background: true, spec: scheduled, newest: event(A, 3) }))).toEqual({});
    expect(applyImportedItem(asked({ background: true, spec: scheduled, newest: event(B, 3) })).spec).toEqual({
      ...scheduled,
      generation: 8,
    });
  });

  it('is named by digest in the place the user wrote', () => {
    expect(importedReference({ ...image(A), dockerImageReference: 'x/y:1' })).toBe(`x/y@${A}`);
  });
});

describe('a failed image', () => {
  const failed = importFailureCondition(missing.status, 8, now);

  it('makes the tag that was asked for, with the condition', () => {
    expect(applyImportedItem(asked({ item: missing }))).toEqual({
      spec: spec({ generation: 8, referencePolicy: { type: 'Local' } }),
      conditions: [failed],
    });
  });

  it('makes no tag for an image of a repository', () => {
    expect(applyImportedItem(asked({ item: missing, isRepositoryItem: true }))).toEqual({ conditions: [failed] });
  });

  it('raises the generation of the tag, so that it is not tried again by itself', () => {
    expect(applyImportedItem(asked({ item: missing, spec: spec() }))).toEqual({
      spec: spec({ generation: 8 }),
      conditions: [failed],
    });
  });

  it('changes nothing when it failed the same way before', () => {
    expect(applyImportedItem(asked({ item: missing, spec: spec(), conditions: [condition] }))).toEqual({});
  });

  it('says something even when the status says nothing', () => {
    const empty = { ...missing, status: { metadata: {}, status: 'Failure' as const } };
    expect(applyImportedItem(asked({ item: empty })).conditions).toEqual([
      expect.objectContaining({ message: 'unknown error prevented import' }),
    ]);
  });
});

describe('a background result', () => {
  const at = (generation: number): ImportedItem => ({ ...found, generation });

  it.each<[string, Partial<ItemToApply>]>([
    ['the tag is gone', {}],
    ['the tag has no source any more', { spec: spec({ from: undefined }) }],
    ['the tag comes from elsewhere', { spec: spec({ from: { kind: 'DockerImage', name: 'lab/x/y:2' } }) }],
    ['the tag became an alias', { spec: spec({ from: { kind: 'ImageStreamTag', name: 'lab/x/y:t' } }) }],
    ['the tag became a mere reference', { spec: spec({ reference: true }) }],
    ['the mode is another one', { spec: spec({ importPolicy: { importMode: 'PreserveOriginal' } }) }],
    ['somebody asked anew since', { spec: spec({ generation: 4 }), item: at(3) }],
  ])('is dropped when %s', (_name, change) => {
    expect(applyImportedItem(asked({ background: true, ...change }))).toEqual({ isStale: true });
  });

  it.each<[string, Partial<ItemToApply>]>([
    ['the tag asks for it', { spec: spec(), item: at(3) }],
    [
      'only its own failure raised the generation',
      { spec: spec({ generation: 5 }), item: at(3), conditions: [condition] },
    ],
    ['it names no generation', { spec: spec() }],
    ['it belongs to a repository', { isRepositoryItem: true }],
  ])('is applied when %s', (_name, change) => {
    expect(applyImportedItem(asked({ background: true, ...change }))).toMatchObject({ event: { image: A } });
  });
});
