import { describe, expect, it } from '@jest/globals';
import { MalformedPullSecret } from './docker-config.js';
import { SecretKeyring } from './secret-keyring.js';

const config = (...keys: string[]) => ({
  name: 's',
  type: 'kubernetes.io/dockerconfigjson',
  payload: JSON.stringify({ auths: Object.fromEntries(keys.map((key) => [key, { username: key, password: 'p' }])) }),
});

describe('SecretKeyring', () => {
  it.each([
    ['same host', 'quay.io', 'quay.io/a/b', true],
    ['scheme and /v1/ are stripped', 'https://quay.io/v1/', 'quay.io/a/b', true],
    ['/v2/ too', 'http://quay.io/v2/', 'quay.io/a/b', true],
    ['other host', 'quay.io', 'quay.example/a/b', false],
    ['port must be equal', 'reg.local:5000', 'reg.local/a', false],
    ['an absent port is not 443', 'reg.local:443', 'reg.local/a', false],
    ['same port', 'reg.local:5000', 'reg.local:5000/a', true],
    ['glob label', '*.example.com', 'a.example.com/x', true],
    ['glob has as many labels', '*.example.com', 'a.b.example.com/x', false],
    ['a class in a glob', 'reg[0-3].example.com', 'reg2.example.com/x', true],
    ['path prefix', 'quay.io/team', 'quay.io/team/app', true],
    ['path is a plain prefix', 'quay.io/te', 'quay.io/team/app', true],
    ['other path', 'quay.io/other', 'quay.io/team/app', false],
    ['docker hub by login key', 'https://index.docker.io/v1/', 'docker.io/library/ruby', true],
    ['docker hub by name', 'docker.io', 'docker.io/library/ruby', true],
    ['docker hub not by its endpoint', 'registry-1.docker.io', 'docker.io/library/ruby', false],
    ['hub key is not for others', 'index.docker.io', 'quay.io/a', false],
    ['a namespace called v2 stays', 'quay.io/v2', 'quay.io/v2/x', true],
  ])('%s', (_name, key, image, matches) => {
    expect(new SecretKeyring([config(key)]).forImage(image)?.username).toBe(matches ? key : undefined);
  });

  it('prefers the longer path, then the earlier secret', () => {
    const keyring = new SecretKeyring([config('quay.io', 'quay.io/team'), config('quay.io/team/app')]);
    expect(keyring.forImage('quay.io/team/app/x')?.username).toBe('quay.io/team/app');
    expect(keyring.forImage('quay.io/team/b')?.username).toBe('quay.io/team');
    expect(keyring.forImage('quay.io/x')?.username).toBe('quay.io');
  });

  it('reads dockercfg, and auth before user and password', () => {
    const payload = JSON.stringify({ 'quay.io': { auth: btoa('ann:a:b'), username: 'x', password: 'y', email: 'e' } });
    expect(
      new SecretKeyring([{ name: 's', type: 'kubernetes.io/dockercfg', payload }]).forImage('quay.io/a'),
    ).toMatchObject({
      username: 'ann',
      password: 'a:b',
    });
  });

  it.each([
    ['no JSON', '{'],
    ['a list', '[]'],
    ['an entry that is no object', '{"auths":{"quay.io":"x"}}'],
    ['auth that is no base64', '{"auths":{"quay.io":{"auth":"%%%"}}}'],
    ['auth without colon', JSON.stringify({ auths: { 'quay.io': { auth: btoa('ann') } } })],
  ])('refuses %s', (_name, payload) => {
    expect(
      () => new SecretKeyring([config('a'), { name: 'bad', type: 'kubernetes.io/dockerconfigjson', payload }]),
    ).toThrow(MalformedPullSecret);
  });

  it.each([
    ['its own host', 'https://auth.example/token', 'auth.example'],
    ['a default port', 'https://auth.example:443/token', 'auth.example:443'],
    ['docker hub', 'https://auth.docker.io/token', 'https://index.docker.io/v1/'],
  ])('finds the secret of a token server by %s', (_name, realm, key) => {
    expect(new SecretKeyring([config(key)]).forRealm(new URL(realm), 'quay.io/a')?.username).toBe(key);
  });

  it.each([
    ['an account of its own', 'docker.io/team/app', ['docker.io/team', 'index.docker.io'], 'docker.io/team'],
    ['the common one', 'docker.io/else/app', ['docker.io/team', 'index.docker.io'], 'index.docker.io'],
    ['one for the token server', 'docker.io/team/app', ['docker.io/team', 'auth.docker.io'], 'auth.docker.io'],
    ['another registry in front of it', 'cache.example/team/app', ['cache.example', 'docker.io'], 'docker.io'],
  ])("shows docker hub's token server %s", (_name, image, keys, expected) => {
    const keyring = new SecretKeyring(keys.map((key) => config(key)));
    expect(keyring.forRealm(new URL('https://auth.docker.io/token'), image)?.username).toBe(expected);
  });

  it('has nothing for a token server nobody named', () => {
    const keyring = new SecretKeyring([config('quay.io')]);
    expect(keyring.forRealm(new URL('https://auth.example/token'), 'quay.io/a')).toBeUndefined();
  });
});
