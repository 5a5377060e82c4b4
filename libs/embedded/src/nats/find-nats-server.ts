import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { EmbeddedServerError } from '../embedded-error.js';

const run = promisify(execFile);
const PROGRAM = 'nats-server';
/** Where package managers put servers; not in every user's PATH. */
const SERVER_DIRECTORIES = [
  '/usr/local/sbin',
  '/usr/sbin',
  '/sbin',
  '/usr/local/bin',
  '/opt/homebrew/bin',
  '/home/linuxbrew/.linuxbrew/bin',
];
const INSTALL_TIMEOUT_MS = 300_000;

/** A nats-server program and its version, e.g. `2.9.10`. */
export interface NatsBinary {
  path: string;
  version: string;
}

/**
 * Finds nats-server in PATH and the usual server directories; else installs it with apt-get (as root, on Debian and
 * Ubuntu) or Homebrew. Rejects with one line that names the ways to get it.
 */
export async function findNatsServer(log: (line: string) => void): Promise<NatsBinary> {
  const path = (await findProgram(PROGRAM)) ?? (await install(log));
  const { stdout, stderr } = await run(path, ['--version']);
  return { path, version: /v?(\d+\.\d+\.\d+)/.exec(stdout + stderr)?.[1] ?? '0.0.0' };
}

/** Full path of an executable in PATH or a server directory, or undefined. */
export async function findProgram(name: string): Promise<string | undefined> {
  const directories = [
    ...(process.env.PATH ?? '').split(delimiter).filter((part) => part !== ''),
    ...SERVER_DIRECTORIES,
  ];
  for (const directory of directories) {
    const path = join(directory, name);
    if (await isExecutable(path)) return path;
  }
  return undefined;
}

async function install(log: (line: string) => void): Promise<string> {
  const aptGet = process.getuid?.() === 0 ? await findProgram('apt-get') : undefined;
  const brew = aptGet ? undefined : await findProgram('brew');
  let cause: unknown;
  try {
    if (aptGet) {
      log('nats-server is not installed: installing it with apt-get');
      const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
      await run(aptGet, ['update'], { env, timeout: INSTALL_TIMEOUT_MS });
      await run(aptGet, ['install', '-y', '--no-install-recommends', PROGRAM], { env, timeout: INSTALL_TIMEOUT_MS });
    } else if (brew) {
      log('nats-server is not installed: installing it with Homebrew');
      await run(brew, ['install', PROGRAM], { timeout: INSTALL_TIMEOUT_MS });
    }
  } catch (error) {
    cause = error;
  }
  const path = await findProgram(PROGRAM);
  if (path) return path;
  const ways =
    'install it ("apt-get install nats-server" on Debian and Ubuntu, "brew install nats-server" with Homebrew, else from https://nats.io/download) so that it is in PATH';
  throw new EmbeddedServerError('nats-server', 'NotInstalled', `nats-server is not installed: ${ways}`, { cause });
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
