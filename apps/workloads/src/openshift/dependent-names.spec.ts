import { describe, expect, it } from '@jest/globals';
import { numberedName, ownerLabel } from './dependent-names.js';

describe('names of what belongs to a config', () => {
  it.each([
    ['web', 'web-7'],
    ['a.b', 'a.b-7'],
  ])('of %s are numbered: %s', (base, name) => expect(numberedName(base, '7')).toBe(name));

  it('stay short, and apart', () => {
    const [one, two] = ['x', 'y'].map((end) => numberedName(`${'a'.repeat(252)}${end}`, '12'));
    expect(one?.length).toBe(253);
    expect(one).toMatch(/^a+-[0-9a-f]{8}-12$/);
    expect(one).not.toBe(two);
  });

  it('are cut for labels, where a letter or digit has to end them', () => {
    expect(ownerLabel('web')).toBe('web');
    expect(ownerLabel(`${'a'.repeat(62)}.b`)).toBe('a'.repeat(62));
  });
});
