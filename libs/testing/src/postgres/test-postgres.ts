import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removePostgresPlace, type RunningPostgres, startPostgres } from '@faktorz/embedded';
import { testWatchdog } from '../test-watchdog.js';

/** A database of its own for one test or bench. */
export interface TestDatabase {
  name: string;
  /** Connection URL of an owner (role and schema of that name), e.g. `url('tag_tracker')`. */
  url(owner: string): string;
  superuserUrl: string;
}

/** A real PostgreSQL for the tests of one file. Without `fsync`: it survives everything but a power cut. */
export interface TestPostgres extends AsyncDisposable {
  readonly server: RunningPostgres;
  /** A fresh, empty database with a role and schema for each owner. */
  createDatabase(...owners: string[]): Promise<TestDatabase>;
  /** Ends it at once, as a crash would; `restart` brings it back on its port. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Settings that trade safety for speed; only tests may. */
const SETTINGS = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off', shared_buffers: '64MB' };

/** Starts a new, empty PostgreSQL (about a second): once per file in `beforeAll`, or with `await using`. */
export async function startTestPostgres(settings: Readonly<Record<string, string>> = {}): Promise<TestPostgres> {
  const base = await mkdtemp(join(tmpdir(), 'faktorz-test-'));
  const directory = join(base, 'postgres');
  const start = (port = 0): Promise<RunningPostgres> =>
    startPostgres({
      directory,
      port,
      superuserPassword: 'test',
      settings: { ...SETTINGS, ...settings },
      log: () => undefined,
      watchdog: testWatchdog(),
    });
  let server = await start();
  const stop = async (): Promise<void> => {
    await server.stop();
    await removePostgresPlace(directory);
    await rm(base, { recursive: true, force: true });
  };
  return {
    get server() {
      return server;
    },
    createDatabase: (...owners) => createDatabase(server, owners),
    async kill() {
      process.kill(server.pid, 'SIGKILL');
      await server.exited;
    },
    async restart() {
      server = await start(server.port);
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function createDatabase(server: RunningPostgres, owners: readonly string[]): Promise<TestDatabase> {
  // Roles belong to the whole server, so each keeps one password in all its databases.
  const name = `test_${randomBytes(6).toString('hex')}`;
  const urls = await server.ensureDatabase(
    name,
    owners.map((owner) => ({ name: owner, password: `${owner}-password` })),
  );
  const url = (owner: string): string => {
    const known = urls[owner];
    if (known === undefined) throw new Error(`the database was made without the owner ${owner}`);
    return known;
  };
  return { name, url, superuserUrl: server.superuserUrl(name) };
}
