import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { compareYamlKeys, toGoYaml } from './go-yaml.js';

const read = (name: string) => readFileSync(new URL(`./__golden__/${name}`, import.meta.url), 'utf8');

describe('YAML as Go writes it', () => {
  it('prints a stream as the golden file has it', () => {
    expect(toGoYaml(JSON.parse(read('stream.json')))).toBe(read('stream.yaml'));
  });

  it.each([
    ['plain', 'a: plain'],
    ['', 'a: ""'],
    ['1.0', 'a: "1.0"'],
    ['8080/tcp', 'a: 8080/tcp'],
    ['true', 'a: "true"'],
    ['y', 'a: "y"'],
    ['null', 'a: "null"'],
    ['~', 'a: "~"'],
    ['0x1f', 'a: "0x1f"'],
    ['1_000', 'a: "1_000"'],
    ['12:30', 'a: "12:30"'],
    ['2026-01-02', 'a: "2026-01-02"'],
    ['2026-01-02T03:04:05Z', 'a: "2026-01-02T03:04:05Z"'],
    ['sha256:0a', 'a: sha256:0a'],
    ['a: b', "a: 'a: b'"],
    ['a #b', "a: 'a #b'"],
    ['a#b', 'a: a#b'],
    ['#b', "a: '#b'"],
    ["it's: so", "a: 'it''s: so'"],
    ['{"a":1}', `a: '{"a":1}'`],
    ['[x]', "a: '[x]'"],
    ['- x', "a: '- x'"],
    ['-x', 'a: -x'],
    ['*', "a: '*'"],
    [' x', "a: ' x'"],
    ['x ', "a: 'x '"],
    ['tab\there', 'a: "tab\\there"'],
    ['ümläut', 'a: ümläut'],
    ['one\ntwo', 'a: |-\n  one\n  two'],
    ['one\ntwo\n', 'a: |\n  one\n  two'],
    ['one\n\n', 'a: |+\n  one\n'],
    [' one\ntwo\n', 'a: |2\n   one\n  two'],
    ['one \ntwo', 'a: "one \\ntwo"'],
  ])('writes %j', (text, line) => {
    expect(toGoYaml({ a: text })).toBe(`${line}\n`);
  });

  it('breaks a long text at the first space past column 80, indented once more', () => {
    const words = Array.from({ length: 30 }, (_, at) => `word${at}`).join(' ');
    const [first, second] = toGoYaml({ list: [{ text: words }] })
      .split('\n')
      .slice(1);
    expect(first?.length).toBeGreaterThan(80);
    expect(first?.slice(0, 80).trimEnd()).not.toBe(first);
    expect(second).toMatch(/^ {4}word/);
  });

  it('writes empty collections, nulls and numbers bare', () => {
    expect(toGoYaml({ a: [], b: {}, c: null, d: 3, e: true, f: undefined })).toBe(
      'a: []\nb: {}\nc: null\nd: 3\ne: true\n',
    );
  });

  it('sorts keys with the numbers inside them', () => {
    expect(['a10', 'a2', 'B', 'a', '1', 'a-b', 'ab'].sort(compareYamlKeys)).toEqual([
      '1',
      'B',
      'a',
      'a-b',
      'a2',
      'a10',
      'ab',
    ]);
  });
});
