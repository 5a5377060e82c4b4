import { describe, expect, it } from '@jest/globals';
import { withoutNul } from './without-nul.js';

describe('JSON without NUL', () => {
  it.each([
    ['nothing to replace', 'plain \u{1f4a5} text'],
    ['a NUL', 'a\0b'],
    ['many', '\0\0 and \0'],
    ['one after a backslash', '\\\0'],
    ['what only looks like one', '\\u0000 and \\\\u0000'],
  ])('keeps all but the NUL: %s', (_name, text) => {
    const json = JSON.stringify({ [text]: [text] });
    const clean = text.replaceAll('\0', '\ufffd');
    expect(JSON.parse(withoutNul(json))).toEqual({ [clean]: [clean] });
  });
});
