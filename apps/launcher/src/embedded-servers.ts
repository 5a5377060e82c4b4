import { mkdir } from 'node:fs/promises';
import { startNats, startPostgres, type Watchdog } from '@faktorz/embedded';
import type { DataDirectory } from './data-directory.js';
import { type KeptServer, KeptRunning } from './kept-running.js';
import type { LauncherConfig } from './launcher.config.js';
import type { LogFile } from './log-file.js';
import { natsConfiguration, natsPasswords } from './nats-access.js';
import type { Secrets } from './secrets.js';
import { schemaOf, SERVICES } from './service-table.js';

/** The database all services share, each with a schema of its own. */
export const DATABASE = 'faktorz';

interface ServerSurroundings {
  data: DataDirectory;
  secrets: Secrets;
  config: LauncherConfig;
  log: LogFile;
  print: (line: string) => void;
  watchdog: Watchdog;
  /** Told of the server before it starts, so that a stop that comes meanwhile ends it. */
  keep: (server: KeptServer) => void;
}

/** Starts PostgreSQL with a role and schema for every service that has one; their connection URLs by schema. */
export async function startDatabase(surroundings: ServerSurroundings): Promise<Record<string, string>> {
  const { data, secrets, config, log, print, watchdog, keep } = surroundings;
  const owners = await databaseOwners(secrets);
  const superuserPassword = await secrets.password('postgres/superuser');
  const kept = new KeptRunning(
    'PostgreSQL',
    (port) =>
      startPostgres({
        directory: data.file('postgres'),
        port,
        superuserPassword,
        log: (line) => log.write(line),
        watchdog,
      }),
    print,
  );
  keep(kept);
  const server = await kept.start(config.FAKTORZ_POSTGRES_PORT);
  return server.ensureDatabase(DATABASE, owners);
}

/** Role (and schema) and password of every service that has a database. */
export async function databaseOwners(secrets: Secrets): Promise<{ name: string; password: string }[]> {
  const names = SERVICES.filter((service) => service.hasDatabase).map((service) => schemaOf(service.name));
  return Promise.all(names.map(async (name) => ({ name, password: await secrets.password(`postgres/${name}`) })));
}

/** Starts nats-server with a user for every service. */
export async function startMessaging(
  surroundings: ServerSurroundings,
): Promise<{ url: string; passwords: Readonly<Record<string, string>> }> {
  const { data, secrets, config, log, print, watchdog, keep } = surroundings;
  const passwords = await natsPasswords(secrets);
  const configuration = await natsConfiguration(passwords);
  await mkdir(data.file('nats'), { recursive: true, mode: 0o700 });
  const logLine = (line: string): void => {
    log.write(line);
    if (line.startsWith('nats-server is not installed')) print(line);
  };
  const kept = new KeptRunning(
    'nats-server',
    (port) => startNats({ directory: data.file('nats'), port, configuration, log: logLine, watchdog }),
    print,
  );
  keep(kept);
  const server = await kept.start(config.FAKTORZ_NATS_PORT);
  return { url: server.url, passwords };
}
