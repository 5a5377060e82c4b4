import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DecodingError } from './decoding-error.js';
import type { JsonValue } from './json-value.js';
import { parseJson } from './parse-json.js';

/** JSON text of a value with each object's first key written twice. */
function withDuplicates(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(withDuplicates).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}:${withDuplicates(item)}`);
  const [first] = Object.keys(value);
  return `{${first === undefined ? '' : `${JSON.stringify(first)} : "first",`}${members.join(' , ')}}`;
}

describe('parseJson', () => {
  it.each<[string, string, string[]]>([
    ['in an object', '{"a":1,"a":2}', ['a']],
    ['below lists', '{"a":[{"b":1},{"c":1,"c":2}]}', ['a[1].c']],
    ['three times', '{"a":1,"a":2,"a":3}', ['a', 'a']],
    ['of one name in different spellings', '{"a":1,"\\u0061":2}', ['a']],
    ['that are not: colons in strings', '{"a:":":","b":{"a:":1}}', []],
  ])('finds keys twice %s', (_name, text, duplicates) => {
    expect(parseJson(text)).toEqual({ value: JSON.parse(text), duplicates });
  });

  it('reads whatever JSON.parse reads, and alike when keys stand twice', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (raw) => {
        const text = JSON.stringify(raw);
        const value = JSON.parse(text) as JsonValue;
        expect(parseJson(text)).toEqual({ value, duplicates: [] });
        expect(parseJson(withDuplicates(value)).value).toEqual(value);
      }),
    );
  });

  it('refuses whatever JSON.parse refuses', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(), fc.string({ maxLength: 2 }), (value, at, noise) => {
        const text = JSON.stringify(value);
        const changed = text.slice(0, at % (text.length + 1)) + noise + text.slice((at % (text.length + 1)) + 1);
        fc.pre(!/\d[eE]/.test(changed)); // numbers too big for a double are refused
        let expected: unknown;
        try {
          expected = JSON.parse(changed);
        } catch {
          expect(() => parseJson(changed)).toThrow(DecodingError);
          return;
        }
        expect(parseJson(changed).value).toEqual(expected);
      }),
    );
  });

  it.each(['1e999', '[-1e400]', '['.repeat(501) + ']'.repeat(501)])('refuses %.20s', (text) => {
    expect(() => parseJson(text)).toThrow(DecodingError);
  });
});
