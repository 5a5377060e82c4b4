import { resolve } from 'node:path';
import type { ParsedFlags } from '../../flags/parse-flags.js';
import { readGivenFile } from '../../files/read-given-file.js';
import type { ClusterEntry, UserEntry } from '../../kubeconfig/kubeconfig.js';

/** Puts a file given by a flag into an entry: by its path, or with `--embed-certs` by its content. */
export function putFile(
  entry: ClusterEntry | UserEntry,
  what: 'certificate-authority' | 'client-certificate' | 'client-key',
  flags: ParsedFlags,
): void {
  if (!flags.changed(what)) return;
  delete entry[what];
  delete entry[`${what}-data`];
  const path = flags.string(what);
  if (path === '') return;
  const content = readGivenFile(path);
  if (flags.bool('embed-certs')) entry[`${what}-data`] = content.toString('base64');
  else entry[what] = resolve(path);
}
