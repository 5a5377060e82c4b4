import { expect, it } from '@jest/globals';
import { ManifestCache } from './manifest-cache.js';

const MEGABYTE = 1024 * 1024;
const manifestOf = (sizeBytes: number) => ({ mediaType: 'x', bytes: Buffer.alloc(sizeBytes) });

it('keeps what was lately asked for, and no more than its share of memory', () => {
  const cache = new ManifestCache();
  for (let index = 0; index < 8; index++) cache.set(`digest-${index}`, manifestOf(4 * MEGABYTE));
  expect(cache.get('digest-0')).toBeDefined();
  cache.set('digest-8', manifestOf(4 * MEGABYTE));
  expect(cache.get('digest-0')).toBeDefined();
  expect(cache.get('digest-1')).toBeUndefined();
  cache.delete('digest-0');
  expect(cache.get('digest-0')).toBeUndefined();
});
