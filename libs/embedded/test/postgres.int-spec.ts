import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { EmbeddedServerError, freePort, type RunningPostgres, startPostgres, Watchdog } from '../src/index.js';

let base: string;
const running: RunningPostgres[] = [];
const places = new Set<string>();

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'faktorz-postgres-'));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
  await Promise.all([base, ...places].map((path) => rm(path, { recursive: true, force: true })));
});

async function start(port = 0): Promise<RunningPostgres> {
  const server = await startPostgres({
    directory: join(base, 'postgres'),
    port,
    superuserPassword: 'secret',
    log: () => undefined,
  });
  running.push(server);
  places.add(server.place);
  return server;
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('the embedded PostgreSQL', () => {
  it('keeps its data over a stop and a start', async () => {
    const first = await start();
    const { alpha } = await first.ensureDatabase('faktorz', [{ name: 'alpha', password: 'a' }]);
    await query(alpha ?? '', "CREATE TABLE kept AS SELECT 'yes' AS answer");
    await first.stop();
    const second = await start();
    const urls = await second.ensureDatabase('faktorz', [{ name: 'alpha', password: 'changed' }]);
    expect(await query(urls.alpha ?? '', 'SELECT answer FROM alpha.kept')).toEqual([{ answer: 'yes' }]);
  });

  it('lets nobody in without the password, and an owner only into its own schema', async () => {
    const server = await start();
    const owners = [
      { name: 'alpha', password: 'a' },
      { name: 'beta', password: 'b' },
    ];
    const { alpha = '', beta = '' } = await server.ensureDatabase('faktorz', owners);
    await expect(query(alpha.replace(':a@', ':wrong@'), 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    await query(alpha, 'CREATE TABLE secrets (id int)');
    await expect(query(beta, 'SELECT * FROM alpha.secrets')).rejects.toMatchObject({ code: '42501' });
    await expect(query(beta, 'CREATE TABLE public.mine (id int)')).rejects.toMatchObject({ code: '42501' });
  });

  it('names a taken port', async () => {
    const port = await freePort();
    await start(port);
    const second = startPostgres({
      directory: join(base, 'other'),
      port,
      superuserPassword: 'x',
      log: () => undefined,
    });
    await expect(second).rejects.toMatchObject({ reason: 'PortTaken', message: expect.stringContaining(String(port)) });
    await expect(second).rejects.toBeInstanceOf(EmbeddedServerError);
    places.add((await readFile(join(base, 'other'), 'utf8').catch(() => join(base, 'other'))).trim());
  });

  it('takes over from a server that nobody stopped', async () => {
    await start();
    const [left] = running.splice(0);
    const again = await start();
    expect(again.pid).not.toBe(left?.pid);
    await left?.exited;
    expect(await query(again.superuserUrl(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('loses nothing that a backend acknowledged after its server was killed', async () => {
    const killed = await start();
    const client = new pg.Client({ connectionString: killed.superuserUrl() });
    client.on('error', () => undefined); // it ends with its last answer
    await client.connect();
    const acknowledged = client.query('CREATE TABLE kept AS SELECT count(*) FROM generate_series(1, 4000000)');
    await sleep(200); // the backend is busy by now
    process.kill(killed.pid, 'SIGKILL');
    await killed.exited; // its port is free, its backend still busy
    const again = await start(killed.port);
    await acknowledged;
    expect(await query(again.superuserUrl(), 'SELECT count FROM kept')).toEqual([{ count: '4000000' }]);
  });

  it('does not take the process that now has its number for a server', async () => {
    const first = await start();
    await first.stop();
    const lock = join(first.place, 'data', 'postmaster.pid');
    await writeFile(
      lock,
      [process.pid, join(first.place, 'data'), 0, first.port, '', '127.0.0.1', '1 1', ''].join('\n'),
    );
    const again = await start();
    expect(await query(again.superuserUrl(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('ends when the watchdog loses its owner', async () => {
    const watchdog = new Watchdog();
    const options = { directory: join(base, 'postgres'), superuserPassword: 's', log: () => undefined, watchdog };
    const server = await startPostgres(options);
    places.add(server.place);
    watchdog.close(); // the same end of input that its owner's death is
    expect(await server.exited).toEqual({ code: 0, signal: null });
  });

  it('keeps its files from other users', async () => {
    const server = await start();
    expect((await stat(join(server.place, 'data'))).mode & 0o077).toBe(0);
  });
});
