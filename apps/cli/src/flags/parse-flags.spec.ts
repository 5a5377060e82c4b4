import { describe, expect, it } from '@jest/globals';
import type { FlagDefinition } from './flag-definition.js';
import { parseFlags } from './parse-flags.js';

const DEFINITIONS: readonly FlagDefinition[] = [
  { name: 'output', short: 'o', kind: 'string', usage: '' },
  { name: 'watch', short: 'w', kind: 'bool', usage: '' },
  { name: 'all', short: 'A', kind: 'bool', usage: '' },
  { name: 'enabled', kind: 'bool', default: true, usage: '' },
  { name: 'filename', short: 'f', kind: 'list', usage: '' },
  { name: 'dry-run', kind: 'string', bare: 'client', usage: '' },
  { name: 'limit', kind: 'int', default: 5, usage: '' },
  { name: 'timeout', kind: 'duration', usage: '' },
];
const parse = (line: string) => parseFlags(line.split(' '), DEFINITIONS);

describe('reading flags', () => {
  it.each([
    ['-o yaml is', 'yaml', ['is']],
    ['is -oyaml', 'yaml', ['is']],
    ['-o=yaml is', 'yaml', ['is']],
    ['--output=yaml is', 'yaml', ['is']],
    ['is ruby --output yaml', 'yaml', ['is', 'ruby']],
  ])('reads %s', (line, output, args) => {
    const parsed = parse(line);
    expect(parsed.flags.string('output')).toBe(output);
    expect(parsed.args).toEqual(args);
  });

  it('takes several letters at once', () => {
    const { flags } = parse('-wA');
    expect([flags.bool('watch'), flags.bool('all')]).toEqual([true, true]);
  });

  it('lets a bare flag have a value of its own and never eats the next word', () => {
    const { flags, args } = parse('--dry-run -f a.yaml,b.yaml -f c.yaml ruby');
    expect(flags.string('dry-run')).toBe('client');
    expect(flags.all('filename')).toEqual(['a.yaml', 'b.yaml', 'c.yaml']);
    expect(args).toEqual(['ruby']);
  });

  it('keeps defaults, knows what was given and stops at --', () => {
    const { flags, args, dashAt } = parse('--enabled=false one -- -w two');
    expect(flags.bool('enabled')).toBe(false);
    expect(flags.int('limit')).toBe(5);
    expect(flags.changed('limit')).toBe(false);
    expect(args).toEqual(['one', '-w', 'two']);
    expect(dashAt).toBe(1);
  });

  it.each([
    ['--export', 'unknown flag: --export'],
    ['-e', "unknown shorthand flag: 'e' in -e"],
    ['--output', 'flag needs an argument: --output'],
    ['-o', "flag needs an argument: 'o' in -o"],
    ['--limit=x', 'invalid argument "x" for "--limit" flag: strconv.ParseInt: parsing "x": invalid syntax'],
    [
      '--watch=maybe',
      'invalid argument "maybe" for "-w, --watch" flag: strconv.ParseBool: parsing "maybe": invalid syntax',
    ],
    ['--timeout=soon', 'invalid argument "soon" for "--timeout" flag: time: invalid duration "soon"'],
  ])('refuses %s', (line, message) => {
    expect(() => parse(line)).toThrow(message);
  });

  it('reads durations in milliseconds, negative ones too', () => {
    expect(parse('--timeout=1m30s').flags.durationMs('timeout')).toBe(90_000);
    expect(parse('--timeout=-1s').flags.durationMs('timeout')).toBe(-1000);
  });
});
