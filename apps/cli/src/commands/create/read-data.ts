import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ParsedFlags } from '../../flags/parse-flags.js';
import type { FlagDefinition } from '../../flags/flag-definition.js';
import { readGivenFile } from '../../files/read-given-file.js';
import { CommandError } from '../../errors.js';

export const DATA_FLAGS: readonly FlagDefinition[] = [
  { name: 'from-file', kind: 'array', usage: '[KEY=]PATH of a file, or a directory whose files are taken.' },
  { name: 'from-literal', kind: 'array', usage: 'KEY=VALUE.' },
  { name: 'from-env-file', kind: 'array', usage: 'File with lines KEY=VALUE.' },
];

const KEY = /^[-._a-zA-Z0-9]+$/;

/** The keys and contents that `--from-file`, `--from-literal` and `--from-env-file` give. */
export async function readData(flags: ParsedFlags): Promise<Map<string, Buffer>> {
  const data = new Map<string, Buffer>();
  for (const literal of flags.all('from-literal')) {
    const equals = literal.indexOf('=');
    if (equals <= 0) throw new CommandError(`invalid literal source ${literal}, expected key=value`);
    put(data, literal.slice(0, equals), Buffer.from(literal.slice(equals + 1).replace(/^(["'])(.*)\1$/s, '$2')));
  }
  for (const source of flags.all('from-file')) await addFile(data, source);
  for (const file of flags.all('from-env-file')) addEnvFile(data, file);
  return data;
}

/** The keys and contents of `[KEY=]PATH` sources. */
export async function readSources(sources: readonly string[]): Promise<Map<string, Buffer>> {
  const data = new Map<string, Buffer>();
  for (const source of sources) await addFile(data, source);
  return data;
}

async function addFile(data: Map<string, Buffer>, source: string): Promise<void> {
  const equals = source.indexOf('=');
  const path = source.slice(equals + 1);
  if (equals === 0 || path === '') throw new CommandError(`key name or file path for file path ${source} missing`);
  const about = await stat(path).catch(() => undefined);
  if (!about) throw new CommandError(`error reading ${path}: no such file or directory`);
  if (!about.isDirectory())
    return put(data, equals > 0 ? source.slice(0, equals) : basename(path), readGivenFile(path));
  if (equals > 0) throw new CommandError('cannot give a key name for a directory path');
  for (const entry of await readdir(path, { withFileTypes: true })) {
    if (entry.isFile()) put(data, entry.name, readGivenFile(join(path, entry.name)));
  }
}

function addEnvFile(data: Map<string, Buffer>, file: string): void {
  for (const line of readGivenFile(file).toString('utf8').split(/\r?\n/)) {
    const text = line.trimStart();
    if (text === '' || text.startsWith('#')) continue;
    const equals = text.indexOf('=');
    const key = equals < 0 ? text : text.slice(0, equals);
    const value = equals < 0 ? process.env[key] : text.slice(equals + 1);
    if (value !== undefined) put(data, key, Buffer.from(value));
  }
}

function put(data: Map<string, Buffer>, key: string, value: Buffer): void {
  if (!KEY.test(key)) {
    throw new CommandError(
      `"${key}" is not a valid key name: a valid config key must consist of alphanumeric characters, '-', '_' or '.'`,
    );
  }
  if (data.has(key)) throw new CommandError(`cannot add key ${key}, another key by that name already exists`);
  data.set(key, value);
}
