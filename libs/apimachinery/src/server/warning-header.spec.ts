import { describe, expect, it } from '@jest/globals';
import { validateHeaderValue } from 'node:http';
import { warningHeader } from './warning-header.js';

describe('warningHeader', () => {
  it('quotes', () => {
    expect(warningHeader(['unknown field "spec.x"', 'a\\b'])).toEqual([
      '299 - "unknown field \\"spec.x\\""',
      '299 - "a\\\\b"',
    ]);
  });

  it.each(['unknown field "春x"', 'a\nb\0c\u0085d', '💥', '\ud800'])(
    'makes a header of %j that can be sent',
    (text) => {
      const [value = ''] = warningHeader([text]);
      expect(() => validateHeaderValue('Warning', value)).not.toThrow();
    },
  );

  it('sends UTF-8', () => {
    expect(Buffer.from(warningHeader(['春'])[0]!, 'latin1').toString()).toBe('299 - "春"');
  });

  it('never grows beyond what clients accept', () => {
    const many = Array.from({ length: 1000 }, (_, at) => `unknown field "${'x'.repeat(1000)}${at}"`);
    const values = warningHeader(many);
    expect(values.length).toBeGreaterThan(10);
    expect(values.join('').length).toBeLessThan(5000);
  });
});
