import { describe, expect, it } from '@jest/globals';
import { TimedCache } from './timed-cache.js';

function cacheOf(answers: (key: string) => Promise<string | undefined>, maxEntries = 10) {
  const clock = { ms: 0 };
  const asked: string[] = [];
  const cache = new TimedCache<string, string | undefined>({
    maxAgeMs: 1000,
    refreshAfterMs: 500,
    maxEntries,
    load: (key) => {
      asked.push(key);
      return answers(key);
    },
    keeps: (value) => value !== undefined,
    now: () => clock.ms,
  });
  return { cache, asked, clock };
}

describe('TimedCache', () => {
  it('asks once within its time, and again after it', async () => {
    const { cache, asked, clock } = cacheOf(async (key) => key.toUpperCase());
    expect(await cache.get('a', 'a')).toBe('A');
    clock.ms = 499;
    expect(await cache.get('a', 'a')).toBe('A');
    expect(asked).toEqual(['a']);
    clock.ms = 1000;
    expect(await cache.get('a', 'a')).toBe('A');
    expect(asked).toEqual(['a', 'a']);
  });

  it('asks once for simultaneous questions', async () => {
    const { cache, asked } = cacheOf(async (key) => key);
    await Promise.all([cache.get('a', 'a'), cache.get('a', 'a'), cache.get('a', 'a')]);
    expect(asked).toEqual(['a']);
  });

  it('renews an ageing answer in the background and counts age from the question', async () => {
    let answer = 'first';
    const { cache, asked, clock } = cacheOf(async () => answer);
    await cache.get('a', 'a');
    answer = 'second';
    clock.ms = 600;
    expect(await cache.get('a', 'a')).toBe('first');
    await new Promise(setImmediate);
    expect(asked).toHaveLength(2);
    clock.ms = 1099;
    expect(cache.peek('a', 'a')).toBe('second');
    clock.ms = 1600;
    expect(cache.peek('a', 'a')).toBeUndefined();
  });

  it('keeps no answer it may not keep', async () => {
    const { cache, asked } = cacheOf(async () => undefined);
    await cache.get('a', 'a');
    await cache.get('a', 'a');
    expect(asked).toHaveLength(2);
  });

  it('passes a failure on and remembers nothing of it', async () => {
    let fail = true;
    const { cache } = cacheOf(async () => {
      if (fail) throw new Error('auth is away');
      return 'ok';
    });
    await expect(cache.get('a', 'a')).rejects.toThrow('auth is away');
    fail = false;
    expect(await cache.get('a', 'a')).toBe('ok');
  });

  it('drops an answer that was on its way when everything was forgotten', async () => {
    const { cache } = cacheOf(async () => 'old');
    const running = cache.get('a', 'a');
    cache.clear();
    await running;
    expect(cache.peek('a', 'a')).toBeUndefined();
  });

  it('holds no more than it may', async () => {
    const { cache } = cacheOf(async (key) => key, 2);
    for (const key of ['a', 'b', 'c']) await cache.get(key, key);
    expect([cache.peek('a', 'a'), cache.peek('b', 'b'), cache.peek('c', 'c')]).toEqual([undefined, 'b', 'c']);
  });
});
