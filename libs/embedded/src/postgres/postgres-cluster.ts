import { spawn } from 'node:child_process';
import { chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { EmbeddedServerError } from '../embedded-error.js';
import { commandLineOf, endProcess } from '../process/running-process.js';
import { SUPERUSER } from './database-owners.js';
import type { PostgresBinaries } from './postgres-binaries.js';
import { postgresUser } from './postgres-user.js';

const LEFTOVER_PATIENCE_MS = 10_000;

/** The cluster's data directory in `place`, made by initdb when there is none. Refuses one of another major version. */
export async function ensureCluster(
  binaries: PostgresBinaries,
  place: string,
  superuserPassword: string,
  log: (line: string) => void,
): Promise<string> {
  const data = join(place, 'data');
  const version = (await readFile(join(data, 'PG_VERSION'), 'utf8').catch(() => '')).trim();
  if (version === binaries.majorVersion) return data;
  if (version !== '') {
    const message = `the data in ${data} was written by PostgreSQL ${version}, this is PostgreSQL ${binaries.majorVersion}`;
    throw new EmbeddedServerError('postgresql', 'VersionMismatch', message);
  }
  await makeCluster(binaries.initdb, place, data, superuserPassword, log);
  return data;
}

/** Made beside and moved into place when complete, so that an interrupted initdb is simply repeated. */
async function makeCluster(
  initdb: string,
  place: string,
  data: string,
  password: string,
  log: (line: string) => void,
): Promise<void> {
  const user = postgresUser();
  const unfinished = `${data}.new`;
  const passwordFile = join(place, 'initdb-password');
  await rm(unfinished, { recursive: true, force: true });
  await rm(data, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (user) {
    await chown(unfinished, user.uid, user.gid);
    await chown(passwordFile, user.uid, user.gid);
  }
  try {
    await run(
      initdb,
      [
        '-D',
        unfinished,
        '-U',
        SUPERUSER,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--locale=C.UTF-8',
        '--encoding=UTF8',
      ],
      log,
    );
  } finally {
    await rm(passwordFile, { force: true });
  }
  await rename(unfinished, data);
}

async function run(command: string, args: readonly string[], log: (line: string) => void): Promise<void> {
  const lines: string[] = [];
  const code = await new Promise<number | null>((resolve, reject) => {
    const child = spawn(command, [...args], {
      cwd: '/',
      env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8', TZ: 'UTC' },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...postgresUser(),
    });
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line);
        log(line);
      });
    }
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code === 0) return;
  const said = lines.findLast((line) => line.includes('error')) ?? lines.at(-1) ?? `exit code ${code}`;
  throw new EmbeddedServerError('postgresql', 'Failed', `PostgreSQL could not make its data directory: ${said}`);
}

/**
 * Ends a server that still runs on this cluster although whoever started it is gone. The lock file of one that was
 * killed stays: by it PostgreSQL finds out whether backends are left that still write (see `startPostgres`). Only when
 * its number is another process's by now, which PostgreSQL would take for the server, is it removed.
 */
export async function endLeftover(data: string): Promise<void> {
  const lock = join(data, 'postmaster.pid');
  const text = await readFile(lock, 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  if (!Number.isInteger(pid) || pid <= 1) return;
  const command = commandLineOf(pid);
  if (command === undefined) return;
  if (command.includes(data)) {
    if (await endProcess(pid, 'SIGINT', LEFTOVER_PATIENCE_MS)) return;
    throw new EmbeddedServerError(
      'postgresql',
      'InUse',
      `a PostgreSQL (process ${pid}) still uses ${data} and does not stop`,
    );
  }
  if ((await attachedTo(sharedMemoryOf(text))) === 0) await rm(lock, { force: true });
}

/** Number of the shared memory that all processes of a server are attached to: the seventh line of its lock file is `key id`. */
function sharedMemoryOf(lock: string): string {
  return lock.split('\n')[6]?.trim().split(/\s+/)[1] ?? '';
}

/** How many processes are attached to a System V shared memory; undefined where the system does not tell (only Linux does). */
async function attachedTo(id: string): Promise<number | undefined> {
  const table = await readFile('/proc/sysvipc/shm', 'utf8').catch(() => undefined);
  if (table === undefined) return undefined;
  const segment = table.split('\n').find((line) => line.trim().split(/\s+/)[1] === id);
  return Number(segment?.trim().split(/\s+/)[6] ?? 0);
}
