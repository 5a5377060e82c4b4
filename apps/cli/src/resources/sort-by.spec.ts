import { describe, expect, it } from '@jest/globals';
import { sortObjects, sortRows } from './sort-by.js';

const shelf = (name: string, size?: number) => ({ object: { metadata: { name }, spec: { size } } });
const names = (items: { object: { metadata: { name: string } } }[]) => items.map(({ object }) => object.metadata.name);

describe('--sort-by', () => {
  it('compares numbers as numbers and puts missing fields first', () => {
    const sorted = sortObjects([shelf('a', 10), shelf('b', 9), shelf('c')], '.spec.size');
    expect(names(sorted as ReturnType<typeof shelf>[])).toEqual(['c', 'b', 'a']);
  });

  it('refuses a field that nothing has', () => {
    const message = 'couldn\'t find any field with path "{.foo}" in the list of objects';
    expect(() => sortObjects([shelf('a'), shelf('b')], 'foo')).toThrow(message);
    const rows = [shelf('a'), shelf('b')].map(({ object }) => ({ cells: [], object }));
    expect(() => sortRows({ rows }, '{.foo}')).toThrow(message);
  });

  it('has nothing to refuse where there is nothing to sort', () => {
    expect(sortObjects([shelf('a')], '.foo')).toHaveLength(1);
  });

  it('refuses a path it cannot read', () => {
    expect(() => sortObjects([shelf('a'), shelf('b')], '{.foo')).toThrow('unexpected path string');
  });
});
