import { describe, expect, it } from '@jest/globals';
import { RecentStates } from './recent-states.js';

const states = (weight: number) => {
  const asked: string[] = [];
  const recent = new RecentStates(async (uid, position) => {
    asked.push(`${uid}@${position}`);
    return { stream: { uid, position }, weight };
  });
  return { asked, recent };
};

describe('recent states', () => {
  it('are read once, and the same object for everybody', async () => {
    const { asked, recent } = states(1);
    const [first, second] = await Promise.all([recent.at('a', 1n), recent.at('a', 1n)]);
    expect(second).toBe(first);
    expect(await recent.at('a', 1n)).toBe(first);
    expect(asked).toEqual(['a@1']);
  });

  it('are forgotten, oldest first, when they weigh too much', async () => {
    const { asked, recent } = states(8000);
    for (const position of [1n, 2n, 3n]) await recent.at('a', position);
    await recent.at('a', 3n);
    await recent.at('a', 1n);
    expect(asked).toEqual(['a@1', 'a@2', 'a@3', 'a@1']);
  });

  it('keep no failure and no absence', async () => {
    let calls = 0;
    const recent = new RecentStates<object>(async () => {
      calls += 1;
      if (calls === 1) throw new Error('away');
      return undefined;
    });
    await expect(recent.at('a', 1n)).rejects.toThrow('away');
    expect(await recent.at('a', 1n)).toBeUndefined();
    expect(await recent.at('a', 1n)).toBeUndefined();
    expect(calls).toBe(3);
  });
});
