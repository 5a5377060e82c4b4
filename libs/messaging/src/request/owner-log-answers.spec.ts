import { describe, expect, it } from '@jest/globals';
import { asManyAsFit } from './owner-log-answers.js';

const rowOf = (kib: number) => ({ event: 'x'.repeat(kib * 1024) });

describe('rows of one reply', () => {
  it.each([
    ['none', [], 0],
    ['all that fit', [1, 2, 3], 3],
    ['those before the first that does not', [100, 100, 100, 1], 2],
    ['one, however large', [254, 1], 1],
  ])('%s', (_name, sizesKib, fitting) => {
    expect(asManyAsFit(sizesKib.map(rowOf))).toHaveLength(fitting);
  });
});
