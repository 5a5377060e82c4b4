import { describe, expect, it } from '@jest/globals';
import { defaultSecret, validateSecret, type Secret } from './secret.js';

const b64 = (text: string) => Buffer.from(text).toString('base64');
const secret = (rest: Partial<Secret>): Secret => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 's' },
  ...rest,
});
const problems = (rest: Partial<Secret>, old?: Partial<Secret>) => {
  const object = secret(rest);
  defaultSecret(object);
  return validateSecret(object, old && secret(old)).map(({ type, field }) => `${type} ${field}`);
};

describe('defaultSecret', () => {
  it('makes an untyped secret Opaque and lets stringData win over data', () => {
    const object = secret({ data: { a: b64('old'), b: b64('kept') }, stringData: { a: 'new' } });
    defaultSecret(object);
    expect(object).toEqual(secret({ type: 'Opaque', data: { a: b64('new'), b: b64('kept') } }));
  });
});

describe('validateSecret', () => {
  it.each([
    ['opaque without data', {}, []],
    ['an unknown type', { type: 'example.com/x' }, []],
    ['a key with a slash', { data: { 'a/b': '' } }, ['Invalid data[a/b]']],
    ['a key of two dots', { data: { '..a': '' } }, ['Invalid data[..a]']],
    ['1 MiB', { data: { a: b64('x'.repeat(1024 * 1024)) } }, []],
    ['more than 1 MiB', { data: { a: b64('x'.repeat(1024 * 1024)), b: b64('y') } }, ['TooLong data']],
    [
      'a token of no account',
      { type: 'kubernetes.io/service-account-token' },
      ['Required metadata.annotations[kubernetes.io/service-account.name]'],
    ],
    ['dockercfg without content', { type: 'kubernetes.io/dockercfg' }, ['Required data[.dockercfg]']],
    [
      'dockercfg that is no JSON',
      { type: 'kubernetes.io/dockercfg', data: { '.dockercfg': b64('{') } },
      ['Invalid data[.dockercfg]'],
    ],
    [
      'dockercfg that is a list',
      { type: 'kubernetes.io/dockercfg', data: { '.dockercfg': b64('[]') } },
      ['Invalid data[.dockercfg]'],
    ],
    [
      'a good dockerconfigjson',
      { type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': b64('{"auths":{}}') } },
      [],
    ],
    [
      'dockerconfigjson under the old key',
      { type: 'kubernetes.io/dockerconfigjson', data: { '.dockercfg': b64('{}') } },
      ['Required data[.dockerconfigjson]'],
    ],
    ['basic-auth with one key', { type: 'kubernetes.io/basic-auth', data: { password: '' } }, []],
    [
      'basic-auth with none',
      { type: 'kubernetes.io/basic-auth' },
      ['Required data[username]', 'Required data[password]'],
    ],
    [
      'ssh-auth with nothing in it',
      { type: 'kubernetes.io/ssh-auth', data: { 'ssh-privatekey': '' } },
      ['Required data[ssh-privatekey]'],
    ],
    ['tls with empty values', { type: 'kubernetes.io/tls', data: { 'tls.crt': '', 'tls.key': '' } }, []],
    ['tls without key', { type: 'kubernetes.io/tls', data: { 'tls.crt': '' } }, ['Required data[tls.key]']],
  ])('%s', (_name, rest, expected) => {
    expect(problems(rest as Partial<Secret>)).toEqual(expected);
  });

  it('never shows the content of a broken secret', () => {
    const object = secret({ type: 'kubernetes.io/dockercfg', data: { '.dockercfg': b64('{"password":"hunter2"') } });
    expect(JSON.stringify(validateSecret(object, undefined))).not.toContain('hunter2');
  });

  it.each([
    ['another type', { type: 'Opaque' }, { type: 'kubernetes.io/tls' }, ['Invalid type']],
    [
      'data of a frozen secret',
      { immutable: true, data: { a: b64('2') } },
      { type: 'Opaque', immutable: true, data: { a: b64('1') } },
      ['Forbidden data'],
    ],
    [
      'thawing',
      { data: { a: b64('1') } },
      { type: 'Opaque', immutable: true, data: { a: b64('1') } },
      ['Forbidden immutable'],
    ],
    ['freezing', { immutable: true, data: { a: b64('2') } }, { type: 'Opaque', data: { a: b64('1') } }, []],
  ])('on update: %s', (_name, rest, old, expected) => {
    expect(problems(rest as Partial<Secret>, old as Partial<Secret>)).toEqual(expected);
  });
});
