import { describe, expect, it } from '@jest/globals';
import { idleTriggers, InvalidTriggers, readTriggers } from './trigger-annotation.js';

const entry = (more: object = {}) => ({
  from: { kind: 'ImageStreamTag', name: 'parrot:1.0' },
  fieldPath: 'spec.template.spec.containers[0].image',
  ...more,
});
const read = (...entries: object[]) => readTriggers(JSON.stringify(entries), 'team');
const fires = { namespace: 'team', stream: 'parrot', tag: '1.0', fieldPath: entry().fieldPath };

describe('the triggers of an object', () => {
  it.each([
    ['names a tag of its own namespace', entry(), [fires]],
    [
      'names another namespace',
      entry({ from: { ...entry().from, namespace: 'zoo' } }),
      [{ ...fires, namespace: 'zoo' }],
    ],
    ['is paused', entry({ paused: true }), [{ ...fires, isPaused: true }]],
    ['is paused in words', entry({ paused: 'true' }), [{ ...fires, isPaused: true }]],
    ['is not paused in words', entry({ paused: 'false' }), [fires]],
    ['carries notes of others', entry({ lastTriggeredImage: 'x' }), [fires]],
    ['names no tag', entry({ from: { kind: 'ImageStreamTag', name: 'parrot' } }), []],
    ['names another kind', entry({ from: { kind: 'ImageStreamImage', name: 'parrot@x' } }), []],
    ['names nothing', entry({ from: undefined, paused: null }), []],
    ['names its own namespace by nothing', entry({ from: { ...entry().from, namespace: null } }), [fires]],
    ['names an API version', entry({ from: { ...entry().from, apiVersion: 'v1' } }), []],
  ])('one that %s', (_what, given, expected) => {
    expect(read(given)).toEqual(expected);
  });

  it.each([
    ['the kind', entry({ from: { kind: 'ImageStreamImage', name: 'parrot@x' } }), /from\.kind/],
    ['the name', entry({ from: { kind: 'ImageStreamTag', name: 'parrot' } }), /from\.name/],
    ['the API version', entry({ from: { ...entry().from, apiVersion: 'v1' } }), /from\.apiVersion/],
    ['what is missing', entry({ from: undefined }), /from\.kind/],
    ['the path', entry({ fieldPath: 'spec.containers[0].image' }), /fieldPath must begin with spec\.template\.spec\./],
  ])('that never fire are told by %s', (_what, given, why) => {
    expect(idleTriggers(JSON.stringify([given]), 'spec.template.spec')).toEqual([expect.stringMatching(why)]);
  });

  it('that can fire are not complained of', () => {
    expect(idleTriggers(JSON.stringify([entry(), entry({ paused: true })]), 'spec.template.spec')).toEqual([]);
  });

  it.each([
    ['no JSON', '{'],
    ['no list', '{}'],
    ['a wrong type', JSON.stringify([entry({ paused: 1 })])],
    ['two entries for one field', JSON.stringify([entry(), entry()])],
  ])('are refused as a whole: %s', (_what, annotation) => {
    expect(() => readTriggers(annotation, 'team')).toThrow(InvalidTriggers);
  });

  it('are none after all were removed', () => {
    expect(readTriggers('null', 'team')).toEqual([]);
  });
});
