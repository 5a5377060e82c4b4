import { describe, expect, it } from '@jest/globals';
import { allowanceOf, reserveOf } from './allowance.js';

describe('allowanceOf', () => {
  it.each([
    ['plenty is left', { limit: 100, remaining: 60, windowSeconds: 21_600 }, undefined],
    ['one more than the reserve is left', { limit: 100, remaining: 11, windowSeconds: 21_600 }, undefined],
    [
      'the reserve is reached: one request of a sliding window',
      { limit: 100, remaining: 10, windowSeconds: 21_600 },
      216,
    ],
    ['nothing is left', { limit: 100, remaining: 0, windowSeconds: 21_600 }, 11 * 216],
    ['the end of the window is told', { limit: 100, remaining: 0, windowSeconds: 3600, resetSeconds: 42 }, 42],
    ['no window is told', { limit: 100, remaining: 10 }, 60],
    ['the limit is tiny', { limit: 1, remaining: 1, windowSeconds: 60 }, 60],
    ['the registry exaggerates', { limit: 1e15, remaining: 1, resetSeconds: 1e15 }, 30 * 86_400],
  ])('when %s', (_name, said, restSeconds) => {
    expect(allowanceOf(said)?.restSeconds).toBe(restSeconds);
  });

  it('says nothing where nothing is said, and nothing the database could not hold', () => {
    expect(allowanceOf({ limit: 100 })).toBeUndefined();
    const { limitRequests, remaining } = allowanceOf({ limit: 1e15, remaining: 1e15 }) ?? {};
    expect([limitRequests, remaining]).toEqual([1e9, 1e9]);
  });
});

it.each([
  [100, 10],
  [5, 1],
  [undefined, 1],
])('of a limit of %p, %p are for people', (limit, reserve) => expect(reserveOf(limit)).toBe(reserve));
