import { describe, expect, it } from '@jest/globals';
import { RecentVersions } from './recent-versions.js';

const version = (weight = 1) => Promise.resolve({ stream: { weight }, weight });

describe('recent versions', () => {
  it('are the same object for everybody', async () => {
    const recent = new RecentVersions<object>();
    expect(recent.get('a')).toBeUndefined();
    const held = await recent.hold('a', version());
    expect(await recent.get('a')).toBe(held);
  });

  it('are forgotten when they weigh too much, those not used for longest first', async () => {
    const recent = new RecentVersions<object>();
    for (const key of ['a', 'b', 'c']) await recent.hold(key, version(3000));
    await recent.get('a');
    await recent.hold('d', version(3000));
    expect(['a', 'b', 'c', 'd'].filter((key) => recent.get(key) !== undefined)).toEqual(['a', 'c', 'd']);
  });

  it('may be one that is too large', async () => {
    const recent = new RecentVersions<object>();
    await recent.hold('a', version(1_000_000));
    expect(recent.get('a')).toBeDefined();
    await recent.hold('b', version());
    expect(recent.get('a')).toBeUndefined();
    expect(recent.get('b')).toBeDefined();
  });

  it('hold no failure and no absence', async () => {
    const recent = new RecentVersions<object>();
    await expect(recent.hold('a', Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(await recent.hold('b', Promise.resolve(undefined))).toBeUndefined();
    expect([recent.get('a'), recent.get('b')]).toEqual([undefined, undefined]);
  });
});
