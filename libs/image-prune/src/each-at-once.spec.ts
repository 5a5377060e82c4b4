import { describe, expect, it } from '@jest/globals';
import { eachAtOnce } from './each-at-once.js';

describe('eachAtOnce', () => {
  it('works on so many at a time, and on each once', async () => {
    const done: number[] = [];
    let [running, most] = [0, 0];
    await eachAtOnce([1, 2, 3, 4, 5], { workers: 2 }, async (item) => {
      most = Math.max(most, ++running);
      await Promise.resolve();
      running -= 1;
      done.push(item);
    });
    expect(done.sort()).toEqual([1, 2, 3, 4, 5]);
    expect(most).toBe(2);
  });

  it('begins nothing more once it is told to stop', async () => {
    const stop = new AbortController();
    const done: number[] = [];
    await eachAtOnce([1, 2, 3], { workers: 1, signal: stop.signal }, async (item) => {
      done.push(item);
      if (item === 2) stop.abort();
    });
    expect(done).toEqual([1, 2]);
  });
});
