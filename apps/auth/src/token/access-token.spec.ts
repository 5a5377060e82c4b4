import { describe, expect, it } from '@jest/globals';
import { accessTokenName, newAccessToken } from './access-token.js';

describe('access tokens', () => {
  it('are never alike and are kept under another name than themselves', () => {
    const [one, two] = [newAccessToken(), newAccessToken()];
    expect(one).toMatch(/^sha256~[A-Za-z0-9_-]{43}$/);
    expect(one).not.toBe(two);
    expect(accessTokenName(one)).toMatch(/^sha256~[A-Za-z0-9_-]{43}$/);
    expect(accessTokenName(one)).not.toBe(one);
    expect(accessTokenName(one)).toBe(accessTokenName(one));
  });

  it.each(['', 'nope', 'sha256~', 'sha256~short', `sha256~${'a'.repeat(44)}`, `sha256~${'/'.repeat(43)}`, 'a.b.c'])(
    'do not look like %j',
    (token) => {
      expect(accessTokenName(token)).toBeUndefined();
    },
  );
});
