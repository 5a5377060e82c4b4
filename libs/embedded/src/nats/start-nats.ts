import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedServerError } from '../embedded-error.js';
import { ChildServer, type Exit } from '../process/child-server.js';
import { freePort, isPortFree } from '../process/free-port.js';
import { commandLineOf, endProcess } from '../process/running-process.js';
import type { Watchdog } from '../process/watchdog.js';
import { findNatsServer } from './find-nats-server.js';

/** What a configuration has to say about this start. */
export interface NatsPlace {
  host: string;
  port: number;
  /** Where JetStream keeps its files. */
  storeDirectory: string;
  /** Version of the server found, e.g. `2.9.10`: some settings are refused by old ones. */
  serverVersion: string;
}

export interface NatsOptions {
  /** Ours alone: configuration, process number and JetStream's files lie in it. */
  directory: string;
  /** Default and 0: a free one. */
  port?: number;
  /** The whole configuration file: users and permissions, JetStream on `storeDirectory`, listening on host and port. */
  configuration: (place: NatsPlace) => string;
  log: (line: string) => void;
  watchdog?: Watchdog;
}

/** A nats-server that accepts connections. */
export interface RunningNats {
  /** e.g. `nats://127.0.0.1:4222`, without user. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly serverVersion: string;
  /** Settles when the server has ended, asked or not. */
  readonly exited: Promise<Exit>;
  /** Lets clients go and ends. */
  stop(): Promise<void>;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
}

const HOST = '127.0.0.1';
const START_TIMEOUT_MS = 30_000;
const STOP_PATIENCE_MS = 4_000;
const FREE_PORT_ATTEMPTS = 5;

/** Starts nats-server with JetStream on disk. Rejects with an `EmbeddedServerError` of one line. */
export async function startNats(options: NatsOptions): Promise<RunningNats> {
  const binary = await findNatsServer(options.log);
  const storeDirectory = join(options.directory, 'jetstream');
  await mkdir(storeDirectory, { recursive: true, mode: 0o700 });
  await endLeftover(options.directory);
  const wanted = options.port ?? 0;
  for (let attempt = 1; ; attempt++) {
    const port = wanted === 0 ? await freePort() : wanted;
    try {
      const server = await startServer(
        binary.path,
        { host: HOST, port, storeDirectory, serverVersion: binary.version },
        options,
      );
      return handle(server, port, binary.version);
    } catch (error) {
      const mayRetry = wanted === 0 && error instanceof EmbeddedServerError && error.reason === 'PortTaken';
      if (!mayRetry || attempt === FREE_PORT_ATTEMPTS) throw error;
    }
  }
}

function handle(server: ChildServer, port: number, serverVersion: string): RunningNats {
  return {
    url: `nats://${HOST}:${port}`,
    port,
    pid: server.pid,
    serverVersion,
    exited: server.exited,
    stop: async () => {
      await server.stop('SIGTERM', STOP_PATIENCE_MS);
    },
    kill: async () => {
      await server.stop('SIGKILL', STOP_PATIENCE_MS);
    },
  };
}

async function startServer(path: string, place: NatsPlace, options: NatsOptions): Promise<ChildServer> {
  if (!(await isPortFree(place.port))) throw portTaken(place.port);
  const file = join(options.directory, 'nats-server.conf');
  await rm(file, { force: true });
  await writeFile(file, options.configuration(place), { mode: 0o600 });
  const lines: string[] = [];
  let markReady: (value: 'ready') => void = () => undefined;
  const ready = new Promise<'ready'>((resolve) => {
    markReady = resolve;
  });
  const server = await ChildServer.start({
    command: path,
    args: ['--config', file, '--pid', pidFile(options.directory)],
    cwd: '/',
    env: { PATH: process.env.PATH },
    watchdog: options.watchdog,
    log: (line) => {
      if (lines.length < 200) lines.push(line);
      if (line.includes('Server is ready')) markReady('ready');
      options.log(line);
    },
  });
  const late = new Promise<'timeout'>((resolve) => setTimeout(() => resolve('timeout'), START_TIMEOUT_MS).unref());
  if ((await Promise.race([ready, server.exited, late])) === 'ready') return server;
  await server.stop('SIGTERM', STOP_PATIENCE_MS);
  if (lines.some((line) => line.includes('address already in use'))) throw portTaken(place.port);
  const said =
    lines.findLast((line) => /\[FTL\]|\[ERR\]|^nats-server:/.test(line)) ?? lines.at(-1) ?? 'it said nothing';
  throw new EmbeddedServerError('nats-server', 'Failed', `nats-server did not start: ${said}`);
}

/** Ends a server that still runs on this directory although whoever started it is gone. */
async function endLeftover(directory: string): Promise<void> {
  const pid = Number.parseInt(await readFile(pidFile(directory), 'utf8').catch(() => ''), 10);
  if (!Number.isInteger(pid) || pid <= 1 || !commandLineOf(pid)?.includes(directory)) return;
  if (await endProcess(pid, 'SIGTERM', STOP_PATIENCE_MS)) return;
  await endProcess(pid, 'SIGKILL', STOP_PATIENCE_MS);
}

function pidFile(directory: string): string {
  return join(directory, 'nats-server.pid');
}

function portTaken(port: number): EmbeddedServerError {
  return new EmbeddedServerError(
    'nats-server',
    'PortTaken',
    `port ${port} for nats-server is taken by another process`,
  );
}
