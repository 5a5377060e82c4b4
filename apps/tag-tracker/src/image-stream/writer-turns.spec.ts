import { describe, expect, it } from '@jest/globals';
import { WriterTurns } from './writer-turns.js';

const ruby = { namespace: 'team', name: 'ruby' };

describe('writers of one stream', () => {
  it('write one after the other, in the order they came', async () => {
    const turns = new WriterTurns();
    const seen: string[] = [];
    const write = (who: string) =>
      turns.take(ruby, async () => {
        seen.push(`${who} begins`);
        await Promise.resolve();
        seen.push(`${who} ends`);
      });
    await Promise.all([write('a'), write('b')]);
    expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  });

  it('go on when one of them fails', async () => {
    const turns = new WriterTurns();
    const failed = turns.take(ruby, () => Promise.reject(new Error('no')));
    const next = turns.take(ruby, () => Promise.resolve('yes'));
    await expect(failed).rejects.toThrow('no');
    expect(await next).toBe('yes');
  });

  it('wait for no writer of another stream', async () => {
    const turns = new WriterTurns();
    void turns.take(ruby, () => new Promise(() => undefined));
    expect(await turns.take({ ...ruby, name: 'go' }, () => Promise.resolve('done'))).toBe('done');
  });
});
