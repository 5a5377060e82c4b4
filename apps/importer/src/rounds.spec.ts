import { expect, it } from '@jest/globals';
import { Rounds } from './rounds.js';

it('runs one at a time, and once for all who ask meanwhile', async () => {
  const ends: (() => void)[] = [];
  const rounds = new Rounds(() => new Promise<void>((resolve) => ends.push(resolve)));
  const first = rounds.run();
  await Promise.resolve();
  const [second, third] = [rounds.run(), rounds.run()];
  expect(ends).toHaveLength(1);
  ends[0]?.();
  await first;
  await Promise.resolve();
  expect(ends).toHaveLength(2);
  ends[1]?.();
  await Promise.all([second, third]);
});

it('tells a failure to those it concerns, and goes on', async () => {
  let fails = true;
  const rounds = new Rounds(() => (fails ? Promise.reject(new Error('no')) : Promise.resolve()));
  await expect(rounds.run()).rejects.toThrow('no');
  fails = false;
  await rounds.run();
});
