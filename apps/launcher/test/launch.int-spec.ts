import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { commandLineOf, freePort } from '@faktorz/embedded';
import { eventually, startSystem, type TestSystem } from '@faktorz/testing';

jest.setTimeout(180_000);

const WORKSPACE = fileURLToPath(new URL('../../..', import.meta.url));
const LAUNCHER = join(WORKSPACE, 'apps/launcher/dist/main.js');
const SERVICES = ['auth', 'tag-tracker', 'importer', 'trigger-dispatcher', 'workloads', 'gateway'];

let base: string;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'faktorz-launch-'));
});
afterAll(async () => {
  await rm(base, { recursive: true, force: true });
});

/** Runs a launcher that is expected to end by itself. */
async function launch(env: Record<string, string>): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [LAUNCHER], { cwd: WORKSPACE, env: { ...process.env, ...env } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output };
}

async function allPids(system: TestSystem): Promise<number[]> {
  return (await Promise.all(SERVICES.map((service) => system.pids(service)))).flat();
}

describe('a launcher that cannot start', () => {
  it('names every bad variable in one line', async () => {
    const { code, output } = await launch({ FAKTORZ_API_PORT: 'https', FAKTORZ_LOG: 'loud' });
    expect(code).toBe(1);
    expect(output).toMatch(/^bad configuration: FAKTORZ_API_PORT is wrong.*FAKTORZ_LOG is wrong.*\n$/);
  });

  it('names a taken port in one line', async () => {
    const port = await freePort();
    const taken = await new Promise<Server>((resolve) => {
      const server = createServer().listen(port, '127.0.0.1', () => resolve(server));
    });
    const { code, output } = await launch({ FAKTORZ_API_PORT: String(port), FAKTORZ_DATA_DIR: join(base, 'taken') });
    taken.close();
    expect(code).toBe(1);
    expect(output).toBe(
      `FaktorZ cannot start: port ${port} of 127.0.0.1 is taken: stop what listens there or set FAKTORZ_API_PORT\n`,
    );
  });

  it('names data of a newer version in one line', async () => {
    await writeFile(join(base, 'version'), '999.0.0\n');
    const { code, output } = await launch({
      FAKTORZ_API_PORT: '0',
      FAKTORZ_REGISTRY_PORT: '0',
      FAKTORZ_DATA_DIR: base,
    });
    expect(code).toBe(1);
    expect(output).toMatch(/^FaktorZ cannot start: the data in .* was written by FaktorZ 999\.0\.0.*\n$/);
  });

  it('passes on what a service has to say about its variables, and leaves nothing behind', async () => {
    const data = join(base, 'bad-service');
    const { code, output } = await launch({
      FAKTORZ_API_PORT: '0',
      FAKTORZ_DATA_DIR: data,
      FAKTORZ_AUTH_EVENT_LIFE_SECONDS: 'long',
    });
    expect(code).toBe(1);
    expect(output).toMatch(/^FaktorZ cannot start: auth cannot start: .*FAKTORZ_AUTH_EVENT_LIFE_SECONDS is wrong.*\n$/);
  });
});

describe('a system', () => {
  it('keeps its data over a stop and a start, and leaves no process', async () => {
    const dataDirectory = join(base, 'kept');
    const first = await startSystem({ dataDirectory });
    const created = await first.request('/api/v1/namespaces', {
      method: 'POST',
      json: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kept' } },
    });
    expect(created.status).toBe(201);
    const pids = await allPids(first);
    const stopBegan = Date.now();
    expect(await first.stop()).toBe(0);
    expect(Date.now() - stopBegan).toBeLessThan(10_000);
    expect(pids.filter((pid) => commandLineOf(pid) !== undefined)).toEqual([]);

    await using second = await startSystem({ dataDirectory });
    expect(second.token).toBe(first.token);
    expect((await second.request('/api/v1/namespaces/kept')).status).toBe(200);
  });

  it('brings a service back that died, and refuses a second start on its data', async () => {
    await using system = await startSystem({ replicas: { importer: 2 } });
    expect(await system.pids('importer')).toHaveLength(2);
    const second = await launch({
      FAKTORZ_API_PORT: '0',
      FAKTORZ_REGISTRY_PORT: '0',
      FAKTORZ_DATA_DIR: system.dataDirectory,
    });
    expect(second.output).toMatch(/^FaktorZ cannot start: another FaktorZ \(process \d+\) uses the data directory/);

    const [before] = await system.pids('auth');
    await system.kill('auth');
    await eventually('another process of auth runs', async () => (await system.pids('auth'))[0] !== before);
    await eventually(
      'auth answers again',
      async () => (await system.request('/api/v1/namespaces')).status === 200,
      30_000,
    );
    expect(system.output()).toContain('auth ended by itself (SIGKILL); starting it again');
  });

  it('does not outlive a launcher that was killed', async () => {
    await using system = await startSystem();
    const pids = await allPids(system);
    await system.kill('launcher');
    await eventually('all services have ended', () => pids.every((pid) => commandLineOf(pid) === undefined), 15_000);
  });
});
