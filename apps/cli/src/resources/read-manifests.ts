import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { KubeObject } from '../client/kube-object.js';
import { CommandError } from '../errors.js';
import { readGivenFile } from '../files/read-given-file.js';
import type { Terminal } from '../terminal/terminal.js';
import { parseManifest } from './parse-manifest.js';

/** One object read from a file, with the name messages give the file. */
export interface ManifestObject {
  object: KubeObject;
  source: string;
}

const EXTENSIONS = new Set(['.json', '.yaml', '.yml']);

/** All objects of `-f` arguments: files, directories (`-R` for those inside too), URLs and `-` for standard input. */
export async function readManifests(
  files: readonly string[],
  recursive: boolean,
  terminal: Terminal,
): Promise<ManifestObject[]> {
  if (files.length === 0) throw new CommandError('must specify one of -f and -k');
  const objects: ManifestObject[] = [];
  for (const file of files) {
    for (const { text, source } of await readSources(file, recursive, terminal)) {
      for (const object of await parseManifest(text, source)) objects.push({ object, source });
    }
  }
  return objects;
}

interface Source {
  text: string;
  source: string;
}

async function readSources(file: string, recursive: boolean, terminal: Terminal): Promise<Source[]> {
  if (file === '-') return [{ text: await terminal.readInput(), source: 'STDIN' }];
  if (/^https?:\/\//.test(file)) return [{ text: await fetchText(file), source: file }];
  const about = await stat(file).catch(() => undefined);
  if (!about) throw new CommandError(`the path "${file}" does not exist`);
  if (!about.isDirectory()) return [{ text: readGivenFile(file).toString('utf8'), source: file }];
  const found = await filesBelow(file, recursive);
  if (found.length === 0) {
    throw new CommandError(`error reading [${file}]: recognized file extensions are [.json .yaml .yml]`);
  }
  return found.map((path) => ({ text: readGivenFile(path).toString('utf8'), source: path }));
}

async function filesBelow(directory: string, recursive: boolean): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const files: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) files.push(...(recursive ? await filesBelow(path, true) : []));
    else if (EXTENSIONS.has(extname(entry.name))) files.push(path);
  }
  return files;
}

async function fetchText(url: string): Promise<string> {
  const answer = await fetch(url).catch((error: Error) => {
    throw new CommandError(`unable to read URL "${url}": ${error.message}`, 1, { cause: error });
  });
  if (!answer.ok)
    throw new CommandError(
      `unable to read URL "${url}", server reported ${answer.status} ${answer.statusText}, status code=${answer.status}`,
    );
  return answer.text();
}
