import { describe, expect, it } from '@jest/globals';
import { parseChallenges, readingScope } from './challenge.js';

describe('parseChallenges', () => {
  it.each([
    ['Basic realm="x y"', [{ scheme: 'basic', parameters: { realm: 'x y' } }]],
    [
      'Bearer realm="https://auth/token",service="reg",scope="repository:a/b:pull,push"',
      [
        {
          scheme: 'bearer',
          parameters: { realm: 'https://auth/token', service: 'reg', scope: 'repository:a/b:pull,push' },
        },
      ],
    ],
    [
      'Negotiate, Basic realm=x',
      [
        { scheme: 'negotiate', parameters: {} },
        { scheme: 'basic', parameters: { realm: 'x' } },
      ],
    ],
    ['BEARER Realm="a\\"b" , error="e"', [{ scheme: 'bearer', parameters: { realm: 'a"b', error: 'e' } }]],
    ['"nonsense', []],
    ['', []],
  ])('reads %s', (header, expected) => {
    expect(parseChallenges(header)).toEqual(expected);
  });

  it('reads several headers', () => {
    expect(parseChallenges(['Basic realm="a"', 'Bearer realm="b"']).map(({ scheme }) => scheme)).toEqual([
      'basic',
      'bearer',
    ]);
  });
});

describe('readingScope', () => {
  it.each([
    ['Bearer realm="r",scope="aws"', 'aws'],
    ['Bearer realm="r",scope="repository:a/b:pull,push,delete"', 'repository:a/b:pull'],
    [
      'Bearer realm="r",scope="repository(plugin):h:5000/a:* repository:c:push registry:catalog:*"',
      'repository(plugin):h:5000/a:pull repository:c:pull registry:catalog:*',
    ],
    ['Basic realm="x", Bearer realm="r"', undefined],
  ])('of %s is %s', (header, expected) => {
    expect(readingScope(parseChallenges(header))).toBe(expected);
  });
});
