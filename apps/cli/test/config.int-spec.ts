import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runProgram } from '../src/program.js';

const FIRST = {
  clusters: [{ name: 'c', cluster: { server: 'https://one:1', 'certificate-authority-data': 'Q0E=' } }],
  users: [{ name: 'u', user: { token: 'open-sesame' } }],
  contexts: [{ name: 'x', context: { cluster: 'c', user: 'u', namespace: 'store' } }],
  'current-context': 'x',
};
const SECOND = {
  clusters: [],
  users: [{ name: 'v', user: { password: 'open-sesame', username: 'v' } }],
  contexts: [{ name: 'y', context: { cluster: 'c', user: 'v' } }],
};

describe('faktorz config', () => {
  let directory: string;
  let files: [string, string];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'faktorz-config-'));
    files = [join(directory, 'first'), join(directory, 'second')];
    await writeFile(files[0], JSON.stringify(FIRST));
    await writeFile(files[1], JSON.stringify(SECOND));
  });

  afterEach(() => rm(directory, { recursive: true, force: true }));

  async function config(...argv: string[]) {
    let [out, error] = ['', ''];
    const terminal = {
      out: (text: string) => void (out += text),
      error: (text: string) => void (error += text),
      readInput: async () => '',
      interactive: false,
    };
    const env = { KUBECONFIG: files.join(':') };
    const code = await runProgram(['config', ...argv], { dialect: 'oc', terminal, env });
    return code === 0 ? out : error;
  }

  it('shows what is there, without secrets unless asked', async () => {
    const shown = await config('view');
    expect(shown).not.toContain('open-sesame');
    expect(shown).not.toContain('Q0E=');
    expect(shown).toContain('token: REDACTED');
    expect(await config('view', '--raw')).toContain('open-sesame');
    expect(await config('view', '--minify', '-o', 'jsonpath={.users[*].name}')).toBe('u');
    expect(await config('current-context')).toBe('x\n');
    expect(await config('get-contexts')).toBe(
      'CURRENT   NAME   CLUSTER   AUTHINFO   NAMESPACE\n*         x      c         u          store\n          y      c         v          \n',
    );
    expect(await config('get-contexts', '-o', 'name')).toBe('x\ny\n');
    expect(await config('get-users')).toBe('NAME\nu\nv\n');
    expect(await config('get-clusters')).toBe('NAME\nc\n');
  });

  it('changes an entry in the file that has it and adds to the first', async () => {
    const before = await readFile(files[0], 'utf8');
    expect(await config('set-context', 'y', '--namespace=shop')).toBe('Context "y" modified.\n');
    expect(await readFile(files[0], 'utf8')).toBe(before);
    expect(await readFile(files[1], 'utf8')).toContain('namespace: shop');
    expect(await config('set-credentials', 'new', '--token=t')).toBe('User "new" set.\n');
    expect(await readFile(files[0], 'utf8')).toContain('name: new');
    expect(await readFile(files[1], 'utf8')).not.toContain('open-sesame\n  name: u');
  });

  it('switches, renames and deletes contexts', async () => {
    expect(await config('use-context', 'y')).toBe('Switched to context "y".\n');
    expect(await config('rename-context', 'y', 'z')).toBe('Context "y" renamed to "z".\n');
    expect(await config('current-context')).toBe('z\n');
    expect(await config('delete-context', 'x')).toBe(`deleted context x from ${files[0]}\n`);
    expect(await config('get-contexts', '-o', 'name')).toBe('z\n');
    expect(await config('use-context', 'nope')).toBe('error: no context exists with the name: "nope"\n');
    expect(await config('delete-user', 'nope')).toContain('error: cannot delete user nope, not in');
  });

  it('sets clusters, embedding what it is told to', async () => {
    await writeFile(join(directory, 'ca.crt'), 'PEM');
    expect(
      await config(
        'set-cluster',
        'd',
        '--server=https://two:2',
        `--certificate-authority=${directory}/ca.crt`,
        '--embed-certs',
      ),
    ).toBe('Cluster "d" set.\n');
    expect(await config('view', '--raw', '-o', 'jsonpath={.clusters[?(@.name=="d")].cluster}')).toBe(
      '{"certificate-authority-data":"UEVN","server":"https://two:2"}',
    );
    expect(await config('set-cluster', 'd', '--certificate-authority=/no/such')).toBe(
      'error: open /no/such: no such file or directory\n',
    );
  });

  it('sets and unsets single values', async () => {
    await config('set', 'contexts.y.namespace', 'shop');
    await config('set', 'clusters.c.insecure-skip-tls-verify', 'true');
    expect(await config('view', '-o', 'jsonpath={.contexts[1].context.namespace}')).toBe('shop');
    expect(await config('view', '-o', 'jsonpath={.clusters[0].cluster.insecure-skip-tls-verify}')).toBe('true');
    await config('unset', 'contexts.y.namespace');
    await config('unset', 'users.v');
    await config('unset', 'current-context');
    expect(await config('get-users')).toBe('NAME\nu\n');
    expect(await config('current-context')).toBe('error: current-context is not set\n');
    expect(await config('set', 'nonsense', '1')).toContain('unable to parse nonsense');
  });

  it('makes a file that is only its owner’s', async () => {
    const file = join(directory, 'new', 'config');
    expect(await config('set-credentials', 'a', '--token=t', '--kubeconfig', file)).toBe('User "a" set.\n');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });
});
