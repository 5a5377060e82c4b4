import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../kube-object.js';
import { checkFieldSelector, matchesFields, parseFieldSelector } from './field-selector.js';

describe('parseFieldSelector', () => {
  it.each([
    ['', []],
    ['metadata.name=a', [{ field: 'metadata.name', operator: '=', value: 'a' }]],
    [
      'a==b,c!=d',
      [
        { field: 'a', operator: '=', value: 'b' },
        { field: 'c', operator: '!=', value: 'd' },
      ],
    ],
    ['a=', [{ field: 'a', operator: '=', value: '' }]],
    ['a=x\\,y\\=z\\\\', [{ field: 'a', operator: '=', value: 'x,y=z\\' }]],
  ])('reads %j', (text, expected) => {
    expect(parseFieldSelector(text)).toEqual(expected);
  });

  it.each(['a', 'a=b=c', 'a=b\\c'])('refuses %j', (text) => {
    expect(() => parseFieldSelector(text)).toThrow(expect.objectContaining({ reason: 'BadRequest' }));
  });
});

describe('field selectors', () => {
  const object = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a', namespace: 'n' }, type: 'Opaque' };
  const fields = { type: (secret: KubeObject) => (secret as typeof object).type };

  it('match metadata and what the resource adds', () => {
    const matches = (text: string) => matchesFields(parseFieldSelector(text), object, fields);
    expect(matches('metadata.name=a,metadata.namespace=n,type=Opaque')).toBe(true);
    expect(matches('type!=Opaque')).toBe(false);
  });

  it('are refused for fields the resource does not have', () => {
    expect(() => checkFieldSelector(parseFieldSelector('metadata.name=a,type=b'), { fields })).not.toThrow();
    expect(() => checkFieldSelector(parseFieldSelector('x=b'), { fields })).toThrow('field label not supported: x');
    const unknownFieldMessage = (field: string) => `no ${field}`;
    expect(() => checkFieldSelector(parseFieldSelector('x=b'), { unknownFieldMessage })).toThrow('no x');
  });
});
