import { readFile } from 'node:fs/promises';
import { OutboundPolicy, Registries, type RegistryClient, SecretKeyring } from '@faktorz/registry-client';
import { CommandError } from '../errors.js';
import { describeFileError } from '../files/read-given-file.js';
import type { FlagDefinition } from '../flags/flag-definition.js';
import type { ParsedFlags } from '../flags/parse-flags.js';
import { registryConfigFile } from './registry-config.js';

/** Flags of verbs that talk to registries themselves. */
export const REGISTRY_FLAGS: readonly FlagDefinition[] = [
  { name: 'insecure', kind: 'bool', usage: 'Accept plain HTTP and any certificate of registries.' },
  { name: 'registry-config', short: 'a', kind: 'string', usage: 'File with credentials of registries.' },
];

/** Registries as the user of this command reaches them: with the user's own credentials, wherever they are. */
export interface OpenRegistries {
  client(registry: string): RegistryClient;
  close(): Promise<void>;
}

export async function openRegistries(flags: ParsedFlags): Promise<OpenRegistries> {
  const keyring = await readKeyring(flags.string('registry-config'));
  // The guard of services against private addresses has no place here: who types the command may go anywhere.
  const policy = new OutboundPolicy({ allowedHosts: ['*'], allowedNetworks: ['0.0.0.0/0', '::/0'] });
  const registries = new Registries({ policy, retry: { afterServerErrorMs: 1000 } });
  const access = { insecure: flags.bool('insecure'), keyring };
  return { client: (registry) => registries.client(registry, access), close: () => registries.close() };
}

/** Credentials of the file named, else of the usual one, which need not exist. */
async function readKeyring(named: string): Promise<SecretKeyring> {
  const file = named || registryConfigFile();
  try {
    const payload = await readFile(file, 'utf8');
    return new SecretKeyring([{ name: file, type: 'kubernetes.io/dockerconfigjson', payload }]);
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (isMissing && named === '') return new SecretKeyring([]);
    throw new CommandError(`unable to load --registry-config: ${describeFileError(error, file)}`, 1, { cause: error });
  }
}
