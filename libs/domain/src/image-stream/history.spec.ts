import { describe, expect, it } from '@jest/globals';
import { importFailureCondition, observedGeneration, sameCondition } from './conditions.js';
import { addTagEvent, isImageChange } from './history.js';
import {
  isChecked,
  isInsecureRepository,
  needsImport,
  needsRepositoryImport,
  REPOSITORY_CHECK_ANNOTATION,
} from './import-need.js';
import { pullSpec } from './pull-spec.js';
import { recordTagEvent } from './tag-event-record.js';
import { defaultTagReference } from './tag-defaults.js';
import type { TagEvent } from './types.js';

const newest: TagEvent = {
  created: '2026-01-01T00:00:00Z',
  dockerImageReference: 'x/y@sha256:a',
  image: 'sha256:a',
  generation: 2,
};
const later = { created: '2026-02-02T00:00:00Z' };

describe('addTagEvent', () => {
  it.each<[string, TagEvent | undefined, Partial<TagEvent>, object]>([
    ['the same is no change, whatever the time', newest, later, { action: 'none' }],
    [
      'another generation is taken in place',
      newest,
      { ...later, generation: 5 },
      { action: 'collapse', newest: { ...newest, generation: 5 } },
    ],
    [
      'another image at the same place is taken in place',
      newest,
      { ...later, image: 'sha256:b', generation: 5 },
      { action: 'replace', newest: { ...newest, image: 'sha256:b', generation: 5 } },
    ],
    [
      'the same image at another place is taken in place',
      newest,
      { ...later, dockerImageReference: 'z@sha256:a' },
      { action: 'replace', newest: { ...newest, dockerImageReference: 'z@sha256:a' } },
    ],
    [
      'another image elsewhere goes on top',
      newest,
      { ...later, image: 'sha256:b', dockerImageReference: 'x/y@sha256:b' },
      { action: 'prepend', newest: { ...newest, ...later, image: 'sha256:b', dockerImageReference: 'x/y@sha256:b' } },
    ],
    ['the first goes on top', undefined, later, { action: 'prepend', newest: { ...newest, ...later } }],
  ])('%s', (_name, before, change, expected) => {
    expect(addTagEvent(before, { ...newest, ...change })).toEqual(expected);
  });

  it('knows which changes others are told about', () => {
    expect(isImageChange(newest, { ...newest, generation: 9 })).toBe(false);
    expect(isImageChange(newest, { ...newest, dockerImageReference: 'z' })).toBe(true);
    expect(isImageChange(undefined, newest)).toBe(true);
  });
});

describe('conditions', () => {
  const condition = importFailureCondition({ reason: 'NotFound', message: 'gone' }, 4, later.created);

  it('say why an import failed', () => {
    expect(condition).toEqual({
      type: 'ImportSuccess',
      status: 'False',
      lastTransitionTime: later.created,
      reason: 'NotFound',
      message: 'gone',
      generation: 4,
    });
    expect(importFailureCondition({}, 1, '').message).toBe('unknown error prevented import');
  });

  it('are the same whenever they arose', () => {
    expect(sameCondition(condition, { ...condition, generation: 9, lastTransitionTime: '' })).toBe(true);
    expect(sameCondition(condition, { ...condition, message: 'other' })).toBe(false);
  });

  it.each([
    ['neither', undefined, [], 0],
    ['an event', newest, [], 2],
    ['a condition', undefined, [condition], 4],
    ['the later of both', { ...newest, generation: 7 }, [condition], 7],
  ])('observed generation: %s', (_name, event, conditions, expected) => {
    expect(observedGeneration(event, conditions)).toBe(expected);
  });
});

describe('the need for an import', () => {
  const tag = defaultTagReference({ name: 'a', generation: 3, from: { kind: 'DockerImage', name: 'x/y' } });

  it.each([
    ['asked for, never seen', tag, undefined, true],
    ['seen older', tag, newest, true],
    ['seen', tag, { ...newest, generation: 3 }, false],
    ['a mere reference', { ...tag, reference: true }, undefined, false],
    ['an alias', { ...tag, from: { kind: 'ImageStreamTag', name: 'b' } }, undefined, false],
    ['pushed only', defaultTagReference({ name: 'a', generation: 3 }), undefined, false],
  ])('%s', (_name, reference, event, expected) => {
    expect(needsImport(reference, event, [], true)).toBe(expected);
  });

  it('a tag without generation waits only until the stream was checked', () => {
    expect([false, true].map((checked) => needsImport({ ...tag, generation: null }, newest, [], checked))).toEqual([
      true,
      false,
    ]);
  });

  it('a repository waits for its one import', () => {
    const checked = { [REPOSITORY_CHECK_ANNOTATION]: later.created };
    expect(isChecked(checked)).toBe(true);
    expect(needsRepositoryImport(undefined, 'x/y')).toBe(true);
    expect(needsRepositoryImport(checked, 'x/y')).toBe(false);
    expect(needsRepositoryImport(undefined, '')).toBe(false);
  });

  it('only "true" makes a repository insecure', () => {
    const insecure = (value: string) => isInsecureRepository({ 'openshift.io/image.insecureRepository': value });
    expect(['true', 'True', '1'].map(insecure)).toEqual([true, false, false]);
  });
});

describe('pullSpec', () => {
  const local = defaultTagReference({ name: 'a', referencePolicy: { type: 'Local' } });

  it.each([
    ['no event', local, undefined, 'reg/ns/app', undefined],
    ['Local', local, newest, 'reg/ns/app', 'reg/ns/app@sha256:a'],
    ['Local without a registry', local, newest, '', 'x/y@sha256:a'],
    ['Local, a mere reference', local, { ...newest, image: '' }, 'reg/ns/app', 'x/y@sha256:a'],
    ['Source', defaultTagReference({ name: 'a' }), newest, 'reg/ns/app', 'x/y@sha256:a'],
    ['pushed only', undefined, newest, 'reg/ns/app', 'x/y@sha256:a'],
  ])('%s', (_name, tag, event, repository, expected) => {
    expect(pullSpec(tag, event, repository)).toBe(expected);
  });
});

describe('what a history entry remembers', () => {
  it('says who and why', () => {
    const mover = { cause: 'follow', by: 'ann', causeId: 'i1' } as const;
    expect(recordTagEvent(newest, mover, later.created).record).toEqual({
      firstSeen: later.created,
      cause: 'follow',
      by: 'ann',
      causeId: 'i1',
    });
  });
});
