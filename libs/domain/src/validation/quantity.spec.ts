import { describe, expect, it } from '@jest/globals';
import { binaryQuantity, quantityValue } from './quantity.js';

describe('quantities', () => {
  it.each<[string | number, number]>([
    ['0', 0],
    [5, 5],
    ['100m', 0.1],
    ['1k', 1000],
    ['1Ki', 1024],
    ['1.5Gi', 1.5 * 1024 ** 3],
    ['2E', 2e18],
    ['1e3', 1000],
    ['-1', -1],
    ['.5', 0.5],
  ])('%s', (text, value) => {
    expect(quantityValue(text)).toBeCloseTo(value);
  });

  it.each(['', 'x', '1kk', '1 Gi', '1.2.3', 'Gi', '1ki'])('%j is none', (text) => {
    expect(quantityValue(text)).toBeUndefined();
  });
});

it.each([
  [0, '0'],
  [1000, '1000'],
  [1536 * 1024, '1536Ki'],
  [1024 ** 3, '1Gi'],
])('%d bytes are written as %s', (bytes, text) => {
  expect(binaryQuantity(bytes)).toBe(text);
});
