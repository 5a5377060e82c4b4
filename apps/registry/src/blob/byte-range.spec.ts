import { describe, expect, it } from '@jest/globals';
import { byteRangeOf, namesEntity } from './byte-range.js';

describe('byteRangeOf', () => {
  it.each([
    ['bytes=0-99', { start: 0, end: 99 }],
    ['bytes=0-0', { start: 0, end: 0 }],
    ['bytes=900-', { start: 900, end: 999 }],
    ['bytes=900-5000', { start: 900, end: 999 }],
    ['bytes=-100', { start: 900, end: 999 }],
    ['bytes=-5000', { start: 0, end: 999 }],
    ['bytes=1000-', 'unsatisfiable'],
    ['bytes=5-1', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=-', 'unsatisfiable'],
    ['bytes=a-b', 'unsatisfiable'],
    ['bytes=1-99999999999999999999', 'unsatisfiable'],
    ['bytes=0-1,5-6', undefined],
    ['lines=0-1', undefined],
    [undefined, undefined],
  ])('%s of 1000 bytes is %j', (header, range) => {
    expect(byteRangeOf(header, 1000)).toEqual(range);
  });

  it('has no part of nothing', () => {
    expect(byteRangeOf('bytes=0-', 0)).toBe('unsatisfiable');
    expect(byteRangeOf('bytes=-1', 0)).toBe('unsatisfiable');
  });
});

it.each([
  ['"sha256:ab"', true],
  ['sha256:ab', true],
  ['W/"sha256:ab"', true],
  ['"x", "sha256:ab"', true],
  ['*', true],
  ['"sha256:abc"', false],
  [undefined, false],
])('%s names the entity sha256:ab: %s', (header, names) => {
  expect(namesEntity(header, 'sha256:ab')).toBe(names);
});
