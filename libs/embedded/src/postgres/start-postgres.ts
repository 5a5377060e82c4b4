import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedServerError } from '../embedded-error.js';
import { ChildServer, type Exit } from '../process/child-server.js';
import { freePort, isPortFree } from '../process/free-port.js';
import type { Watchdog } from '../process/watchdog.js';
import { databaseUrl, ensureDatabase, type SchemaOwner, SUPERUSER } from './database-owners.js';
import { postgresBinaries } from './postgres-binaries.js';
import { ensureCluster, endLeftover } from './postgres-cluster.js';
import { postgresPlace } from './postgres-place.js';
import { postgresUser } from './postgres-user.js';

export interface PostgresOptions {
  /** What stands for the cluster in our data directory: its directory, or (see `postgresPlace`) a file naming it. */
  directory: string;
  /** Default and 0: a free one. */
  port?: number;
  superuserPassword: string;
  /** Server settings beside the defaults, e.g. `{ fsync: 'off' }` for tests. */
  settings?: Readonly<Record<string, string>>;
  log: (line: string) => void;
  watchdog?: Watchdog;
}

/** A PostgreSQL that accepts connections. */
export interface RunningPostgres {
  readonly host: string;
  readonly port: number;
  readonly pid: number;
  /** Where its files lie. */
  readonly place: string;
  /** URL of the superuser's connection. */
  superuserUrl(database?: string): string;
  /** Makes a database with its owners; see `ensureDatabase`. Returns each owner's URL by name. */
  ensureDatabase(database: string, owners: readonly SchemaOwner[]): Promise<Record<string, string>>;
  /** Settles when the server has ended, asked or not. */
  readonly exited: Promise<Exit>;
  /** Cuts connections, writes everything to disk and ends. */
  stop(): Promise<void>;
}

const HOST = '127.0.0.1';
const START_TIMEOUT_MS = 60_000;
const STOP_PATIENCE_MS = 5_000;
const FREE_PORT_ATTEMPTS = 5;
const BACKENDS_PATIENCE_MS = 10_000;
const BACKENDS_PAUSE_MS = 100;

/** For a small machine that must not lose what it has acknowledged: `fsync` and `synchronous_commit` stay on. */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: HOST,
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '128MB',
  effective_cache_size: '512MB',
  random_page_cost: '1.1',
  max_wal_size: '1GB',
  checkpoint_timeout: '10min',
  jit: 'off',
  log_timezone: 'UTC',
  timezone: 'UTC',
};

/** Starts PostgreSQL on a new or an existing cluster. Rejects with an `EmbeddedServerError` of one line. */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const binaries = await postgresBinaries();
  const place = await postgresPlace(options.directory);
  const data = await ensureCluster(binaries, place, options.superuserPassword, options.log);
  await endLeftover(data);
  const { server, port } = await startOnPort(binaries.postgres, data, options);
  const url = (database = 'postgres'): string =>
    `postgres://${SUPERUSER}:${encodeURIComponent(options.superuserPassword)}@${HOST}:${port}/${database}`;
  return {
    host: HOST,
    port,
    pid: server.pid,
    place,
    superuserUrl: url,
    ensureDatabase: async (database, owners) => {
      await ensureDatabase({ host: HOST, port, superuserPassword: options.superuserPassword }, database, owners);
      return Object.fromEntries(
        owners.map((owner) => [owner.name, databaseUrl({ host: HOST, port }, database, owner)]),
      );
    },
    exited: server.exited,
    stop: async () => {
      await server.stop('SIGINT', STOP_PATIENCE_MS, 'SIGQUIT');
    },
  };
}

async function startOnPort(
  postgres: string,
  data: string,
  options: PostgresOptions,
): Promise<{ server: ChildServer; port: number }> {
  const wanted = options.port ?? 0;
  if (wanted !== 0 && !(await isPortFree(wanted))) throw portTaken(wanted);
  for (let attempt = 1; ; attempt++) {
    const port = wanted === 0 ? await freePort() : wanted;
    try {
      return { server: await startAfterBackends(postgres, data, port, options), port };
    } catch (error) {
      const mayRetry = wanted === 0 && error instanceof EmbeddedServerError && error.reason === 'PortTaken';
      if (!mayRetry || attempt === FREE_PORT_ATTEMPTS) throw error;
    }
  }
}

/**
 * Backends of a server that was killed finish the statement they are at, and acknowledge it. A new server beside them
 * would write over what they commit: it refuses to start, and is tried again when they may have ended.
 */
async function startAfterBackends(
  postgres: string,
  data: string,
  port: number,
  options: PostgresOptions,
): Promise<ChildServer> {
  const deadline = Date.now() + BACKENDS_PATIENCE_MS;
  for (;;) {
    try {
      return await startServer(postgres, data, port, options);
    } catch (error) {
      const isInUse = error instanceof EmbeddedServerError && error.reason === 'InUse';
      if (!isInUse || Date.now() > deadline) throw error;
      await sleep(BACKENDS_PAUSE_MS);
    }
  }
}

async function startServer(
  postgres: string,
  data: string,
  port: number,
  options: PostgresOptions,
): Promise<ChildServer> {
  const { ready, onLine, lines } = startupWatch(options.log);
  const settings = { ...SETTINGS, port: String(port), ...options.settings };
  const server = await ChildServer.start({
    command: postgres,
    args: ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8', TZ: 'UTC' },
    cwd: '/',
    runAs: postgresUser(),
    log: onLine,
    watchdog: options.watchdog,
  });
  const outcome = await Promise.race([ready, server.exited, timeout(START_TIMEOUT_MS)]);
  if (outcome === 'ready') return server;
  await server.stop('SIGQUIT', STOP_PATIENCE_MS);
  if (lines.some((line) => /could not bind .* Address already in use|could not create any TCP/.test(line)))
    throw portTaken(port);
  if (lines.some((line) => /pre-existing shared memory block .* is still in use/.test(line))) {
    const message = `processes of a PostgreSQL that was killed still use ${data}; end them, or wait until they have ended`;
    throw new EmbeddedServerError('postgresql', 'InUse', message);
  }
  const said =
    lines.findLast((line) => /FATAL|PANIC|error while loading|could not/.test(line)) ??
    lines.at(-1) ??
    'it said nothing';
  throw new EmbeddedServerError('postgresql', 'Failed', `PostgreSQL did not start: ${said}`);
}

/** Reads the log of a starting server: keeps its first lines, and tells when connections are accepted. */
function startupWatch(log: (line: string) => void): {
  ready: Promise<'ready'>;
  onLine: (line: string) => void;
  lines: string[];
} {
  const lines: string[] = [];
  let markReady: (value: 'ready') => void = () => undefined;
  const ready = new Promise<'ready'>((resolve) => {
    markReady = resolve;
  });
  const onLine = (line: string): void => {
    if (lines.length < 200) lines.push(line);
    if (line.includes('database system is ready to accept connections')) markReady('ready');
    log(line);
  };
  return { ready, onLine, lines };
}

function timeout(ms: number): Promise<'timeout'> {
  return new Promise((resolve) => setTimeout(() => resolve('timeout'), ms).unref());
}

function portTaken(port: number): EmbeddedServerError {
  return new EmbeddedServerError('postgresql', 'PortTaken', `port ${port} for PostgreSQL is taken by another process`);
}
