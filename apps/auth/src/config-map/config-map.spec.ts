import { fieldErrorsSentence } from '@faktorz/apimachinery';
import { describe, expect, it } from '@jest/globals';
import { validateConfigMap, type ConfigMap } from './config-map.js';

const map = (rest: Partial<ConfigMap>): ConfigMap => ({
  kind: 'ConfigMap',
  apiVersion: 'v1',
  metadata: { name: 'm', namespace: 'a' },
  ...rest,
});
const said = (next: ConfigMap, old?: ConfigMap): string => fieldErrorsSentence(validateConfigMap(next, old));

describe('a config map', () => {
  it('has text and bytes', () => {
    expect(validateConfigMap(map({ data: { a: 'x' }, binaryData: { b: 'eA==' } }), undefined)).toEqual([]);
  });

  it('has no key twice, and says so of both', () => {
    expect(said(map({ data: { a: 'x' }, binaryData: { a: 'eA==' } }))).toBe(
      '[data[a]: Invalid value: "a": duplicate of key present in binaryData, ' +
        'binaryData[a]: Invalid value: "a": duplicate of key present in data]',
    );
  });

  it('is no larger than a mebibyte in all', () => {
    const half = 'x'.repeat(512 * 1024);
    expect(validateConfigMap(map({ data: { a: half, b: half } }), undefined)).toEqual([]);
    expect(said(map({ data: { a: half, b: half, c: 'x' } }))).toBe('[]: Too long: may not be more than 1048576 bytes');
  });

  it('stays as it is once it is immutable', () => {
    const old = map({ data: { a: 'x' }, immutable: true });
    const why = 'Forbidden: field is immutable when `immutable` is set';
    expect(said(map({ data: { a: 'y' }, immutable: true }), old)).toBe(`data: ${why}`);
    expect(said(map({ data: { a: 'x' }, binaryData: { b: '' } }), old)).toBe(`[immutable: ${why}, binaryData: ${why}]`);
  });
});
