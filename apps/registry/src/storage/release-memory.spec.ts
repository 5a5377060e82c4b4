import { expect, it } from '@jest/globals';
import { releaseMemory } from './release-memory.js';

it('takes the memory of whole buffers', () => {
  const buffers = [Buffer.allocUnsafeSlow(64 * 1024), new Uint8Array(10)];
  releaseMemory(buffers);
  expect(buffers.map(({ byteLength }) => byteLength)).toEqual([0, 0]);
});

it('leaves memory alone of which others may hold a part', () => {
  const whole = Buffer.alloc(100, 'x');
  const pooled = Buffer.from('a few bytes');
  releaseMemory([whole.subarray(10), pooled, Buffer.alloc(0), new Uint8Array(new SharedArrayBuffer(8))]);
  expect(whole.toString()).toBe('x'.repeat(100));
  expect(pooled.toString()).toBe('a few bytes');
});
