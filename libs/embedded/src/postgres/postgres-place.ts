import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve, sep } from 'node:path';
import { isReachableByOthers, postgresUser } from './postgres-user.js';

/** Where PostgreSQL's files lie when its user cannot reach the data directory. World-readable down to here, no further. */
export const PLACES_DIRECTORY = '/var/lib/faktorz';
const OWNER_FILE = 'owner';

/**
 * The directory, owned by the user PostgreSQL runs as, for the cluster that `directory` stands for. Usually that is
 * `directory` itself. When PostgreSQL runs as nobody and cannot get there, it is `/var/lib/faktorz/<hash of the path>`,
 * and `directory` is a file that names it. A data directory that was emptied gets a new place; the old one is set aside
 * once as `<hash>.previous`.
 */
export async function postgresPlace(directory: string): Promise<string> {
  const path = resolve(directory);
  const user = postgresUser();
  if (!user || isReachableByOthers(path)) return ownedDirectory(path, user);
  const place = await namedPlace(path);
  await ownedDirectory(place, user);
  return place;
}

async function namedPlace(path: string): Promise<string> {
  await mkdir(PLACES_DIRECTORY, { recursive: true, mode: 0o755 });
  await removeOrphans();
  const place = join(PLACES_DIRECTORY, createHash('sha256').update(path).digest('hex').slice(0, 16));
  const named = await readFile(path, 'utf8').catch(ifMissing(''));
  if (named.trim() === place && existsSync(place)) return place;
  if (existsSync(place)) {
    await rm(`${place}.previous`, { recursive: true, force: true });
    await rename(place, `${place}.previous`);
  }
  await mkdir(place, { mode: 0o700 });
  await writeFile(join(place, OWNER_FILE), `${path}\n`);
  await writeFile(path, `${place}\n`, { mode: 0o600 });
  return place;
}

async function ownedDirectory(path: string, user: { uid: number; gid: number } | undefined): Promise<string> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  if (user) await chown(path, user.uid, user.gid);
  return path;
}

/** Removes places that belonged to data directories in the system's directory for temporary files and are gone. */
async function removeOrphans(): Promise<void> {
  for (const name of await readdir(PLACES_DIRECTORY)) {
    const place = join(PLACES_DIRECTORY, name);
    const owner = (await readFile(join(place, OWNER_FILE), 'utf8').catch(() => '')).trim();
    const isTemporary = owner.startsWith(tmpdir() + sep);
    if (isTemporary && !existsSync(owner)) await rm(place, { recursive: true, force: true });
  }
}

function ifMissing<T>(instead: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === 'ENOENT') return instead;
    throw error;
  };
}

/** Removes a cluster's files for good, wherever they lie. Its server must have ended. */
export async function removePostgresPlace(directory: string): Promise<void> {
  const path = resolve(directory);
  const named = (await readFile(path, 'utf8').catch(() => '')).trim();
  // A server that was only just told to end may still write.
  if (named.startsWith(PLACES_DIRECTORY + sep)) await rm(named, { recursive: true, force: true, maxRetries: 10 });
  await rm(path, { recursive: true, force: true });
}
