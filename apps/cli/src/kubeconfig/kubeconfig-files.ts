import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { CommandError } from '../errors.js';
import { describeFileError } from '../files/read-given-file.js';
import {
  type ClusterEntry,
  emptyKubeconfig,
  type Kubeconfig,
  mergeKubeconfigs,
  splitKubeconfig,
  type UserEntry,
} from './kubeconfig.js';

export interface KubeconfigSource {
  flag?: string;
  env: NodeJS.ProcessEnv;
  /** The file of `--kubeconfig` is about to be made. */
  mayBeMissing?: boolean;
}

/** The kubeconfig read as one, with the files it came from. */
export interface LoadedKubeconfig {
  config: Kubeconfig;
  files: string[];
  /** What each file had of it. */
  parts: Partial<Kubeconfig>[];
}

/**
 * Where to look: `--kubeconfig`, else every file of KUBECONFIG, else `~/.kube/config`, else the one that `npm start`
 * left in FAKTORZ_DATA_DIR (default `.faktorz` in the working directory).
 */
export function kubeconfigPaths({ flag, env }: KubeconfigSource): string[] {
  if (flag) return [flag];
  if (env.KUBECONFIG) return env.KUBECONFIG.split(delimiter).filter((path) => path !== '');
  const own = join(env.HOME || homedir(), '.kube', 'config');
  const started = join(env.FAKTORZ_DATA_DIR || '.faktorz', 'kubeconfig');
  return !existsSync(own) && existsSync(started) ? [resolve(started)] : [own];
}

export async function loadKubeconfig(source: KubeconfigSource): Promise<LoadedKubeconfig> {
  const files = kubeconfigPaths(source);
  const mustExist = source.flag !== undefined && !source.mayBeMissing;
  const configs = await Promise.all(files.map((file) => readOne(file, mustExist)));
  return { config: mergeKubeconfigs(configs), files, parts: structuredClone(configs) };
}

/** Writes the files whose part has changed. */
export async function saveKubeconfig({ config, files, parts }: LoadedKubeconfig): Promise<void> {
  const { toGoYaml } = await import('../printers/go-yaml.js');
  const changed = splitKubeconfig(config, parts);
  for (const [at, file] of files.entries()) {
    const text = toGoYaml(changed[at]);
    if (text === toGoYaml({ ...emptyKubeconfig(), ...parts[at] })) continue;
    try {
      await mkdir(dirname(resolve(file)), { recursive: true });
      await writeFile(file, text, { mode: 0o600 });
    } catch (error) {
      throw new CommandError(describeFileError(error, file), 1, { cause: error });
    }
  }
}

async function readOne(file: string, mustExist: boolean): Promise<Partial<Kubeconfig>> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' && !mustExist) return {};
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new CommandError(`stat ${file}: no such file or directory`);
    throw new CommandError(`error loading config file "${file}": ${describeFileError(error, file)}`, 1, {
      cause: error,
    });
  }
  const config = await parseConfig(text, file);
  const base = dirname(resolve(file));
  for (const { cluster } of config.clusters ?? []) absolute(cluster, ['certificate-authority'], base);
  for (const { user } of config.users ?? []) absolute(user, ['client-certificate', 'client-key', 'tokenFile'], base);
  return config;
}

async function parseConfig(text: string, file: string): Promise<Partial<Kubeconfig>> {
  if (text.trim() === '') return {};
  try {
    if (text.trimStart().startsWith('{')) return JSON.parse(text) as Partial<Kubeconfig>;
    const { parse } = await import('yaml');
    return (parse(text) ?? {}) as Partial<Kubeconfig>;
  } catch (error) {
    throw new CommandError(`error loading config file "${file}": ${(error as Error).message}`, 1, { cause: error });
  }
}

/** Paths in a kubeconfig are relative to the file they stand in. */
function absolute(entry: ClusterEntry | UserEntry | undefined, keys: readonly string[], base: string): void {
  for (const key of keys) {
    const path = entry?.[key];
    if (entry && typeof path === 'string' && path !== '') entry[key] = resolve(base, path);
  }
}
