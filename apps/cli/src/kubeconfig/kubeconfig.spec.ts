import { describe, expect, it } from '@jest/globals';
import { GLOBAL_FLAGS } from '../flags/global-flags.js';
import { parseFlags } from '../flags/parse-flags.js';
import { resolveClientConfig } from './client-config.js';
import { contextNickname, emptyKubeconfig, mergeKubeconfigs, splitKubeconfig } from './kubeconfig.js';
import { kubeconfigPaths } from './kubeconfig-files.js';

const CA = '-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----\n';
const CONFIG = {
  ...emptyKubeconfig(),
  clusters: [
    {
      name: 'c',
      cluster: { server: 'https://10.0.0.1:6443/', 'certificate-authority-data': Buffer.from(CA).toString('base64') },
    },
  ],
  users: [{ name: 'u', user: { token: 'secret' } }],
  contexts: [{ name: 'ctx', context: { cluster: 'c', user: 'u', namespace: 'store' } }],
  'current-context': 'ctx',
};
const flags = (line: string) => parseFlags(line.split(' ').filter(Boolean), GLOBAL_FLAGS).flags;

describe('the connection', () => {
  it('comes from the current context', () => {
    expect(resolveClientConfig(CONFIG, flags(''))).toMatchObject({
      server: 'https://10.0.0.1:6443',
      namespace: 'store',
      token: 'secret',
      ca: Buffer.from(CA),
      skipTlsVerify: false,
      requestTimeoutMs: 0,
    });
  });

  it('is overruled by flags', () => {
    expect(
      resolveClientConfig(CONFIG, flags('-n shop -s localhost:1 --token t --as bob --request-timeout 5')),
    ).toMatchObject({
      server: 'https://localhost:1',
      namespace: 'shop',
      token: 't',
      impersonate: { user: 'bob', groups: [] },
      requestTimeoutMs: 5000,
    });
  });

  it.each([
    ['--context nope', 'context "nope" does not exist'],
    ['--cluster nope', 'cluster "nope" does not exist'],
    ['--request-timeout soon', 'invalid timeout value "soon"'],
  ])('refuses %s', (line, message) => {
    expect(() => resolveClientConfig(CONFIG, flags(line))).toThrow(message);
  });
});

describe('kubeconfig files', () => {
  it('are named by the flag, then KUBECONFIG, then the home directory', () => {
    expect(kubeconfigPaths({ flag: 'a', env: { KUBECONFIG: 'b' } })).toEqual(['a']);
    expect(kubeconfigPaths({ env: { KUBECONFIG: 'b:c' } })).toEqual(['b', 'c']);
    expect(kubeconfigPaths({ env: { HOME: '/nonexistent', FAKTORZ_DATA_DIR: '/nonexistent' } })).toEqual([
      '/nonexistent/.kube/config',
    ]);
  });

  it('are merged, the first entry of a name winning', () => {
    const merged = mergeKubeconfigs([
      { 'current-context': '' },
      CONFIG,
      { ...CONFIG, 'current-context': 'other', users: [{ name: 'u', user: {} }] },
    ]);
    expect(merged['current-context']).toBe('ctx');
    expect(merged.users).toEqual(CONFIG.users);
  });

  it('get back what they had, new entries going to the first', () => {
    const second = { users: [{ name: 'v', user: { token: 'other' } }] };
    const merged = mergeKubeconfigs([CONFIG, second]);
    merged.users.push({ name: 'w', user: {} });
    const [first, unchanged] = splitKubeconfig(merged, [CONFIG, second]);
    expect(first?.users.map(({ name }) => name)).toEqual(['u', 'w']);
    expect(unchanged).toEqual({ ...emptyKubeconfig(), ...second });
  });

  it('name contexts after project, server and user', () => {
    expect(contextNickname('store', 'https://127.0.0.1:8443', 'admin')).toBe('store/127-0-0-1:8443/admin');
  });
});
