import { describe, expect, it } from '@jest/globals';
import { ExpiringCache } from './expiring-cache.js';

describe('ExpiringCache', () => {
  it('forgets an entry when its life is over', () => {
    let now = 0;
    const cache = new ExpiringCache<string>(100, 10, () => now);
    cache.set('a', 'kept');
    now = 99;
    expect(cache.get('a')).toBe('kept');
    now = 100;
    expect(cache.get('a')).toBeUndefined();
  });

  it('makes room by dropping the oldest', () => {
    const cache = new ExpiringCache<number>(100, 2, () => 0);
    cache.set('a', 1);
    cache.set('b', 2);
    cache.set('a', 3);
    cache.set('c', 4);
    expect(['a', 'b', 'c'].map((key) => cache.get(key))).toEqual([3, undefined, 4]);
  });
});
