import { renameSync, writeFileSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { commandLineOf, endProcess } from '@faktorz/embedded';
import { LaunchError } from './launch-error.js';

/** Paths in a data directory that is ours and that no other process uses. */
export interface DataDirectory {
  path: string;
  /** A file or directory in it. */
  file(name: string): string;
  /** Notes which processes of which service run now, for the next start and for tests. */
  noteProcesses(pids: Record<string, number[]>): void;
  /** Lets another start use it. */
  release(): Promise<void>;
}

const LEFTOVER_PATIENCE_MS = 8_000;

/**
 * Opens (and makes) the data directory with mode 0700. Refuses one that another start uses, one written by a newer
 * version, and a directory that holds something else. Ends services left over from a start that was killed.
 */
export async function openDataDirectory(path: string, version: string): Promise<DataDirectory> {
  const root = resolve(path);
  const file = (name: string): string => join(root, name);
  try {
    await mkdir(root, { recursive: true, mode: 0o700 });
    await checkVersion(root, version);
    await chmod(root, 0o700);
    await takeLock(file('launcher.pid'), root);
    await endLeftovers(file('processes.json'));
    await writeFile(file('version'), `${version}\n`);
  } catch (error) {
    if (error instanceof LaunchError) throw error;
    throw new LaunchError(`the data directory ${root} cannot be used: ${(error as Error).message}`, { cause: error });
  }
  return {
    path: root,
    file,
    noteProcesses: (pids) => {
      writeFileSync(file('processes.json.new'), JSON.stringify(pids), { mode: 0o600 });
      renameSync(file('processes.json.new'), file('processes.json'));
    },
    release: async () => {
      await rm(file('processes.json'), { force: true });
      await rm(file('launcher.pid'), { force: true });
    },
  };
}

async function checkVersion(root: string, version: string): Promise<void> {
  const text = await readFile(join(root, 'version'), 'utf8').catch(() => undefined);
  if (text === undefined) {
    if ((await readdir(root)).length === 0) return;
    throw new LaunchError(`${root} (FAKTORZ_DATA_DIR) is no data directory of FaktorZ, and not empty`);
  }
  if (isNewer(text.trim(), version)) {
    throw new LaunchError(
      `the data in ${root} was written by FaktorZ ${text.trim()}, which is newer than this one (${version})`,
    );
  }
}

/** Compares `major.minor.patch`; what is no such version counts as newer, since only a newer one could write it. */
function isNewer(written: string, ours: string): boolean {
  const parts = (text: string): number[] => text.split(/[.-]/).slice(0, 3).map(Number);
  const [theirs, mine] = [parts(written), parts(ours)];
  if (theirs.length !== 3 || theirs.some(Number.isNaN)) return true;
  for (let index = 0; index < 3; index++) {
    const difference = (theirs[index] ?? 0) - (mine[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}

async function takeLock(lockFile: string, root: string): Promise<void> {
  const other = Number.parseInt(await readFile(lockFile, 'utf8').catch(() => ''), 10);
  const isRunning =
    Number.isInteger(other) && other !== process.pid && /start\.mjs|launcher/.test(commandLineOf(other) ?? '');
  if (isRunning) throw new LaunchError(`another FaktorZ (process ${other}) uses the data directory ${root}`);
  await writeFile(lockFile, `${process.pid}\n`, { mode: 0o600 });
}

async function endLeftovers(listFile: string): Promise<void> {
  const text = await readFile(listFile, 'utf8').catch(() => '{}');
  const pids = Object.values(JSON.parse(text) as Record<string, number[]>).flat();
  await Promise.all(
    pids.map(async (pid) => {
      if (!/\/dist\/main\.js/.test(commandLineOf(pid) ?? '')) return;
      if (!(await endProcess(pid, 'SIGTERM', LEFTOVER_PATIENCE_MS)))
        await endProcess(pid, 'SIGKILL', LEFTOVER_PATIENCE_MS);
    }),
  );
}
