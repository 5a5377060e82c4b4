import { describe, expect, it } from '@jest/globals';
import { parseListOptions } from './list-options.js';

const read = (text: string) => parseListOptions(new URLSearchParams(text));

describe('parseListOptions', () => {
  it.each([
    ['18446744073709551615', undefined],
    ['18446744073709551616', 'value out of range'],
    ['9'.repeat(400), 'value out of range'],
    ['-1', 'invalid syntax'],
    ['٣', 'invalid syntax'],
  ])('takes versions of 64 bits: %s', (version, problem) => {
    if (problem === undefined) expect(read(`resourceVersion=${version}`).resourceVersion).toBe(BigInt(version));
    else expect(() => read(`resourceVersion=${version}`)).toThrow(problem);
  });

  it('reads a list', () => {
    expect(read('limit=500&resourceVersion=7&resourceVersionMatch=Exact&labelSelector=a%3Db')).toMatchObject({
      isWatch: false,
      limit: 500,
      resourceVersion: 7n,
      versionMatch: 'Exact',
      labels: [{ key: 'a' }],
      fields: [],
    });
    expect(read('resourceVersion=')).toMatchObject({ resourceVersion: undefined });
    expect(read('limit=0')).toMatchObject({ limit: undefined });
  });

  it('reads a watch', () => {
    expect(
      read(
        'watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&timeoutSeconds=5',
      ),
    ).toMatchObject({ isWatch: true, sendInitialEvents: true, allowsBookmarks: true, timeoutSeconds: 5 });
  });

  it.each([
    ['resourceVersionMatch=Exact', 'Invalid'],
    ['resourceVersion=0&resourceVersionMatch=Exact', 'Invalid'],
    ['resourceVersion=5&resourceVersionMatch=Near', 'Invalid'],
    ['sendInitialEvents=true', 'Invalid'],
    ['watch=true&sendInitialEvents=true', 'Invalid'],
    ['watch=true&resourceVersion=1&resourceVersionMatch=NotOlderThan', 'Invalid'],
    ['continue=x&resourceVersion=5', 'BadRequest'],
    ['resourceVersion=abc', 'BadRequest'],
    ['resourceVersion=-1', 'BadRequest'],
    ['limit=many', 'BadRequest'],
  ])('refuses %s as %s', (text, reason) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ reason }));
  });
});
