import { describe, expect, it } from '@jest/globals';
import { BadKubeconfig, readKubeconfig } from './kubeconfig.js';

interface Parts {
  cluster?: object;
  user?: object;
  more?: object;
}

function kubeconfig({ cluster = {}, user = { token: 'secret-token' }, more = {} }: Parts = {}): string {
  return JSON.stringify({
    'current-context': 'home',
    clusters: [{ name: 'c', cluster: { server: 'https://k.test:6443/', ...cluster } }],
    users: [{ name: 'u', user }],
    contexts: [
      { name: 'home', context: { cluster: 'c', user: 'u' } },
      { name: 'lost', context: { cluster: 'none', user: 'u' } },
    ],
    ...more,
  });
}

describe('a kubeconfig', () => {
  it('gives the server and the credentials of its current context', () => {
    expect(readKubeconfig(kubeconfig())).toEqual({
      cluster: { name: 'c', server: 'https://k.test:6443', skipTLSVerify: false },
      user: { name: 'u', token: 'secret-token' },
    });
  });

  it('may be YAML, and have its server certificate left unchecked', () => {
    const yaml = `
      current-context: a
      clusters: [{name: c, cluster: {server: "https://10.0.0.1", insecure-skip-tls-verify: true, tls-server-name: k}}]
      users: [{name: u, user: {username: ann, password: pw, as: bob}}]
      contexts: [{name: a, context: {cluster: c, user: u}}]`;
    expect(readKubeconfig(yaml)).toEqual({
      cluster: { name: 'c', server: 'https://10.0.0.1', skipTLSVerify: true, tlsServerName: 'k' },
      user: { name: 'u', username: 'ann', password: 'pw', impersonateUser: 'bob' },
    });
  });

  it.each<[string, string, string | undefined, RegExp]>([
    ['no YAML', 'a: [', undefined, /not YAML/],
    ['no mapping', '[]', undefined, /the kubeconfig is not valid/],
    ['no current context', kubeconfig({ more: { 'current-context': '' } }), undefined, /current-context is not set/],
    ['an unknown context', kubeconfig(), 'away', /no context away/],
    ['a context without cluster', kubeconfig(), 'lost', /no cluster none/],
    ['plain HTTP', kubeconfig({ cluster: { server: 'http://k.test' } }), undefined, /must be an https URL/],
    ['a proxy', kubeconfig({ cluster: { 'proxy-url': 'http://p' } }), undefined, /proxy-url of cluster c/],
    ['a file of authorities', kubeconfig({ cluster: { 'certificate-authority': '/ca' } }), undefined, /names a file/],
    ['a program', kubeconfig({ user: { exec: { command: 'sh' } } }), undefined, /exec of user u would run a program/],
    ['a plugin', kubeconfig({ user: { 'auth-provider': { name: 'gcp' } } }), undefined, /auth-provider of user u/],
    ['a file of a token', kubeconfig({ user: { tokenFile: '/etc/passwd' } }), undefined, /tokenFile of user u/],
    ['a file of a key', kubeconfig({ user: { token: 'x', 'client-key': '/k' } }), undefined, /client-key of user u/],
    ['groups', kubeconfig({ user: { token: 'x', 'as-groups': ['a'] } }), undefined, /as-groups of user u/],
    ['no credentials', kubeconfig({ user: {} }), undefined, /user u has no credentials/],
    ['half a certificate', kubeconfig({ user: { 'client-key-data': 'eA==' } }), undefined, /has no credentials/],
    [
      'a broken certificate',
      kubeconfig({ user: { 'client-certificate-data': 'eA==', 'client-key-data': 'eA==' } }),
      undefined,
      /cannot be used/,
    ],
    ['ten thousand lists', `clusters: ${'['.repeat(10_000)}`, undefined, /nested too deep/],
    ['a token that is no text', kubeconfig({ user: { token: 12 } }), undefined, /user u is not valid: token/],
  ])('with %s is refused', (_what, content, context, message) => {
    expect(() => readKubeconfig(content, context)).toThrow(BadKubeconfig);
    expect(() => readKubeconfig(content, context)).toThrow(message);
  });

  it('does not tell its content when it is refused', () => {
    const user = { token: 'secret-token', exec: { command: 'secret-program' } };
    try {
      readKubeconfig(kubeconfig({ user }));
      throw new Error('it was not refused');
    } catch (error) {
      expect((error as Error).message).not.toContain('secret');
    }
  });
});
