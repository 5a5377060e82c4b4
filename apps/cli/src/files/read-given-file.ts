import { readFileSync } from 'node:fs';
import { CommandError } from '../errors.js';

/** The content of a file named on the command line. Where it cannot be read, one line says which file and why. */
export function readGivenFile(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new CommandError(describeFileError(error, path), 1, { cause: error });
  }
}

/** `open PATH: no such file or directory`, as kubectl and oc put it. */
export function describeFileError(error: unknown, path: string): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return `${code === 'EISDIR' ? 'read' : 'open'} ${path}: ${REASONS[code ?? ''] ?? message}`;
}

const REASONS: Record<string, string> = {
  EACCES: 'permission denied',
  EISDIR: 'is a directory',
  ENOENT: 'no such file or directory',
  ENOTDIR: 'not a directory',
};
