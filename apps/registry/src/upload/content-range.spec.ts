import { expect, it } from '@jest/globals';
import { contentRangeOf } from './content-range.js';

it.each([
  [undefined, undefined],
  ['0-99', { start: 0, end: 99 }],
  ['bytes 100-199/*', { start: 100, end: 199 }],
  ['bytes 100-199/200', { start: 100, end: 199 }],
  ['bytes=5-5', { start: 5, end: 5 }],
  ['9-0', 'invalid'],
  ['-5', 'invalid'],
  ['0-', 'invalid'],
  ['99999999999999999-99999999999999999', 'invalid'],
  ['rubbish', 'invalid'],
  ['', 'invalid'],
])('%j is %j', (header, range) => {
  expect(contentRangeOf(header)).toEqual(range);
});
