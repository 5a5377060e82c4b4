import { statSync } from 'node:fs';
import { dirname } from 'node:path';

/** PostgreSQL refuses to run as root; `nobody` exists on every Unix under this number on Linux. */
const NOBODY = { uid: 65_534, gid: 65_534 };

/** Whom PostgreSQL runs as: nobody when we are root, else (undefined) ourselves. */
export function postgresUser(): { uid: number; gid: number } | undefined {
  return process.getuid?.() === 0 ? NOBODY : undefined;
}

/** Whether `nobody` can reach a path: every directory above it lets others through. */
export function isReachableByOthers(path: string): boolean {
  for (let directory = dirname(path); ; directory = dirname(directory)) {
    if ((statSync(directory).mode & 0o001) === 0) return false;
    if (directory === dirname(directory)) return true;
  }
}
