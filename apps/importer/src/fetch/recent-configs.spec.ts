import { describe, expect, it } from '@jest/globals';
import { RecentConfigs } from './recent-configs.js';

describe('RecentConfigs', () => {
  const ask = async (configs: RecentConfigs, digest: string, size: number): Promise<boolean> => {
    let isFetched = false;
    await configs.get('quay.io/x/y', digest, async () => {
      isFetched = true;
      return Buffer.alloc(size);
    });
    return isFetched;
  };

  it('fetches once, and the least recently used again when there is no room', async () => {
    const configs = new RecentConfigs(160);
    for (const digest of ['a', 'b', 'c']) expect(await ask(configs, digest, 10)).toBe(true);
    expect(await ask(configs, 'a', 10)).toBe(false);
    for (let index = 0; index < 14; index += 1) await ask(configs, `more ${index}`, 10);
    expect(await ask(configs, 'a', 10)).toBe(false);
    expect(await ask(configs, 'b', 10)).toBe(true);
  });

  it('keeps nothing that would push out all else', async () => {
    const configs = new RecentConfigs(160);
    expect(await ask(configs, 'a', 100)).toBe(true);
    expect(await ask(configs, 'a', 100)).toBe(true);
  });

  it('keeps repositories apart', async () => {
    const configs = new RecentConfigs();
    await configs.get('quay.io/a', 'd', async () => Buffer.from('1'));
    expect((await configs.get('quay.io/b', 'd', async () => Buffer.from('2'))).toString()).toBe('2');
  });
});
