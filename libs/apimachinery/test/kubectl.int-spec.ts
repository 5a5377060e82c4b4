import { describe, expect, it } from '@jest/globals';
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startWidgetServer } from './widget-server.js';

/** A real `kubectl` with a home of its own, talking to the widgets. */
async function startKubectl(address: string) {
  const home = await mkdtemp(join(tmpdir(), 'kubectl-'));
  const common = [`--server=${address}`, `--cache-dir=${home}/cache`, '--namespace=test'];
  const env = { PATH: process.env['PATH'], HOME: home, KUBECONFIG: join(home, 'none') };
  const run = (...args: string[]) =>
    new Promise<{ code: number; out: string; err: string }>((resolve) => {
      execFile('kubectl', [...common, ...args], { env }, (error, out, err) => {
        resolve({ code: error ? Number(error.code ?? 1) : 0, out, err });
      });
    });
  return {
    run,
    file: async (name: string, content: object) => {
      const path = join(home, name);
      await writeFile(path, JSON.stringify(content));
      return path;
    },
    /** Starts a command that does not end by itself and collects its lines. */
    start: (...args: string[]) => {
      const child = spawn('kubectl', [...common, ...args], { env });
      let text = '';
      child.stdout.on('data', (data: Buffer) => (text += data.toString()));
      return {
        get lines() {
          return text.split('\n').slice(0, -1);
        },
        [Symbol.dispose]: () => child.kill(),
      };
    },
    [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true }),
  };
}

async function until(holds: () => boolean): Promise<void> {
  const end = Date.now() + 10_000;
  while (!holds()) {
    if (Date.now() > end) throw new Error('it did not come about');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const widget = {
  apiVersion: 'test.faktorz.io/v1',
  kind: 'Widget',
  metadata: { name: 'one', labels: { app: 'x' } },
  spec: { color: 'red', parts: [{ name: 'wheel', material: 'wood' }] },
};

describe('kubectl', () => {
  it('creates, shows, changes and deletes widgets', async () => {
    await using server = await startWidgetServer();
    await using kubectl = await startKubectl(server.address);
    const file = await kubectl.file('one.json', widget);

    expect(await kubectl.run('get', 'wg')).toMatchObject({ code: 0, err: 'No resources found in test namespace.\n' });
    expect(await kubectl.run('create', '-f', file)).toMatchObject({
      code: 0,
      out: 'widget.test.faktorz.io/one created\n',
    });
    expect((await kubectl.run('get', 'wg')).out.split('\n').map((line) => line.split(/ +/))).toEqual([
      ['NAME', 'SIZE'],
      ['one', '1'],
      [''],
    ]);
    expect((await kubectl.run('get', 'wg', '-A', '-o', 'wide')).out).toMatch(
      /^NAMESPACE +NAME +SIZE +COLOR\ntest +one +1 +red\n$/,
    );
    expect((await kubectl.run('get', 'widgets', '-o', 'name')).out).toBe('widget.test.faktorz.io/one\n');
    expect((await kubectl.run('get', 'all')).out).toMatch(/one +1/);
    const patched = await kubectl.run('patch', 'wg', 'one', '--type=merge', '-p', '{"spec":{"size":9}}');
    expect(patched).toMatchObject({ code: 0, out: 'widget.test.faktorz.io/one patched\n' });
    expect((await kubectl.run('label', 'wg', 'one', 'color=red')).out).toBe('widget.test.faktorz.io/one labeled\n');
    expect((await kubectl.run('get', 'wg', '-l', 'color=red', '-o', 'jsonpath={.items[0].spec.size}')).out).toBe('9');
    expect((await kubectl.run('get', 'wg', 'two')).err).toBe(
      'Error from server (NotFound): widgets.test.faktorz.io "two" not found\n',
    );
    expect((await kubectl.run('create', '-f', file)).err).toMatch(
      /Error from server \(AlreadyExists\).*widgets.test.faktorz.io "one" already exists/,
    );
    expect((await kubectl.run('delete', 'wg', 'one')).out).toMatch(/^widget.test.faktorz.io "one" deleted/);
    expect((await kubectl.run('get', 'wg', 'one')).code).toBe(1);
  }, 60_000);

  it('applies, on the client and on the server', async () => {
    await using server = await startWidgetServer();
    await using kubectl = await startKubectl(server.address);
    const file = await kubectl.file('one.json', widget);
    expect(await kubectl.run('apply', '-f', file)).toMatchObject({
      code: 0,
      out: 'widget.test.faktorz.io/one created\n',
    });
    expect((await kubectl.run('apply', '-f', file)).out).toBe('widget.test.faktorz.io/one unchanged\n');
    const changed = await kubectl.file('two.json', {
      ...widget,
      spec: { color: 'blue', parts: [{ name: 'door', material: 'iron' }] },
    });
    expect((await kubectl.run('apply', '-f', changed)).out).toBe('widget.test.faktorz.io/one configured\n');
    expect((await kubectl.run('get', 'wg', 'one', '-o', 'jsonpath={.spec.color} {.spec.parts[*].name}')).out).toBe(
      'blue door',
    );

    const other = await kubectl.file('three.json', { ...widget, metadata: { name: 'other' } });
    expect((await kubectl.run('apply', '--server-side', '-f', other)).out).toBe(
      'widget.test.faktorz.io/other serverside-applied\n',
    );
    expect((await kubectl.run('apply', '--server-side', '-f', other)).out).toBe(
      'widget.test.faktorz.io/other serverside-applied\n',
    );
    const contested = await kubectl.file('four.json', {
      ...widget,
      metadata: { name: 'other' },
      spec: { color: 'green' },
    });
    const refused = await kubectl.run('apply', '--server-side', '--field-manager=someone', '-f', contested);
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/conflict/);
    const forced = await kubectl.run(
      'apply',
      '--server-side',
      '--force-conflicts',
      '--field-manager=someone',
      '-f',
      contested,
    );
    expect(forced).toMatchObject({ code: 0 });
    expect((await kubectl.run('get', 'wg', 'other', '-o', 'jsonpath={.spec.color}')).out).toBe('green');
  }, 60_000);

  it('watches', async () => {
    await using server = await startWidgetServer();
    await using kubectl = await startKubectl(server.address);
    const file = await kubectl.file('one.json', widget);
    await kubectl.run('create', '-f', file);
    using watch = kubectl.start('get', 'wg', '-w');
    await until(() => watch.lines.length === 2);
    await kubectl.run('patch', 'wg', 'one', '--type=merge', '-p', '{"spec":{"size":9}}');
    await until(() => watch.lines.length === 3);
    expect(watch.lines.map((line) => line.split(/ +/))).toEqual([
      ['NAME', 'SIZE'],
      ['one', '1'],
      ['one', '9'],
    ]);
    const waiting = kubectl.run('wait', 'wg/one', '--for=jsonpath={.spec.size}=10', '--timeout=10s');
    await kubectl.run('patch', 'wg', 'one', '--type=merge', '-p', '{"spec":{"size":10}}');
    expect((await waiting).out).toBe('widget.test.faktorz.io/one condition met\n');
  }, 60_000);

  it('explains, and prints what can be asked for', async () => {
    await using server = await startWidgetServer();
    await using kubectl = await startKubectl(server.address);
    expect(
      (await kubectl.run('api-resources', '--no-headers')).out.split('\n').map((line) => line.split(/ +/).join(' ')),
    ).toEqual(['namespaces ns v1 false Namespace', 'widgets wg test.faktorz.io/v1 true Widget', '']);
    expect((await kubectl.run('api-versions')).out).toBe('test.faktorz.io/v1\nv1\n');
    const explained = await kubectl.run('explain', 'widget.spec');
    expect(explained.err).toBe('');
    expect(explained.out).toMatch(/color\s+<string>\s+Which color it has/);
  }, 60_000);
});
