import { describe, expect, it } from '@jest/globals';
import { DecodingError } from './decoding-error.js';
import { withSoundText } from './sound-text.js';

describe('withSoundText', () => {
  it('gives back the very value where nothing is wrong with it', () => {
    const value = { a: ['x', 1, null, { b: '💥' }] };
    expect(withSoundText(value, false)).toBe(value);
  });

  it('puts U+FFFD for half of a surrogate pair, in keys too', () => {
    expect(withSoundText({ 'a\ud800': ['\udc00b', 'c'] }, false)).toEqual({ 'a\ufffd': ['\ufffdb', 'c'] });
  });

  it.each([
    [{ metadata: { annotations: { note: 'a\0b' } } }, '"metadata.annotations.note"'],
    [{ spec: { tags: [{ name: 'x' }, { name: '\0' }] } }, '"spec.tags[1].name"'],
    [{ data: { 'a\0': 'x' } }, '"data.a\\u0000"'],
  ])('refuses NUL in %j by the name of the field', (value, field) => {
    expect(() => withSoundText(value, false)).toThrow(DecodingError);
    expect(() => withSoundText(value, false)).toThrow(`${field} must not contain the character NUL (U+0000)`);
  });

  it('keeps NUL where it may stay', () => {
    expect(withSoundText({ data: { a: 'x\0' } }, true)).toEqual({ data: { a: 'x\0' } });
  });

  it('never touches a prototype', () => {
    const poisoned = JSON.parse('{"__proto__":{"polluted":"\\ud800"}}') as { [key: string]: string };
    expect(Object.keys(withSoundText(poisoned, false) as object)).toEqual(['__proto__']);
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
  });
});
