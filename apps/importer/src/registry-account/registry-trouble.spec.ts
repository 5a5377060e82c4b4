import { describe, expect, it } from '@jest/globals';
import {
  ManifestUnknown,
  NotARegistry,
  RateLimited,
  RegistryTimeout,
  RegistryUnreachable,
  UnexpectedAnswer,
} from '@faktorz/registry-client';
import { troubleOf } from './registry-trouble.js';

const url = 'https://lab.example/v2/';
const unreachable = (code: string) => new RegistryUnreachable(url, code, code);

describe('troubleOf', () => {
  it.each([
    ['too many requests', new RateLimited(url, undefined, undefined, ''), 'refused'],
    ['a slow answer', new RegistryTimeout(url, 'headers', 'slow'), 'trouble'],
    ['nobody there', unreachable('ECONNREFUSED'), 'trouble'],
    ['no such host', unreachable('ENOTFOUND'), 'trouble'],
    ['a web page', new NotARegistry(url, 200), 'trouble'],
    ['a bad gateway', new UnexpectedAnswer(url, 502, ''), 'trouble'],
    ['a certificate that is not trusted', unreachable('DEPTH_ZERO_SELF_SIGNED_CERT'), undefined],
    ['plain HTTP where HTTPS is wanted', unreachable('ERR_SSL_WRONG_VERSION_NUMBER'), undefined],
    ['an address that is not allowed', unreachable('REFUSED'), undefined],
    ['an odd answer', new UnexpectedAnswer(url, 418, ''), undefined],
    ['a tag that is not there', new ManifestUnknown('team/app', '1.0'), undefined],
  ])('%s', (_name, error, expected) => expect(troubleOf(error)).toBe(expected));
});
