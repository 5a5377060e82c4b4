import { describe, expect, it } from '@jest/globals';
import { credentialOf } from './credential.js';

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

describe('the credential of a request', () => {
  it.each([
    ['none', undefined, { kind: 'none' }],
    ['a scheme nobody knows', 'Digest x', { kind: 'none' }],
    ['a bearer token', 'Bearer abc', { kind: 'token', token: 'abc' }],
    ['the scheme in any case', 'bearer abc', { kind: 'token', token: 'abc' }],
    ['nobody’s token', 'Bearer anonymous', { kind: 'anonymous' }],
    ['a token as the password of any user', basic('who:abc'), { kind: 'token', token: 'abc' }],
    ['a password with colons', basic('who:a:b'), { kind: 'token', token: 'a:b' }],
    ['an empty password', basic('who:'), { kind: 'unreadable' }],
    ['no colon', basic('who'), { kind: 'unreadable' }],
    ['no base64', 'Basic ***', { kind: 'unreadable' }],
    ['an empty Basic', 'Basic ', { kind: 'unreadable' }],
  ])('%s', (_name, header, expected) => {
    expect(credentialOf(header)).toEqual(expected);
  });
});
