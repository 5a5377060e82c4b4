import { readGivenFile } from '../../files/read-given-file.js';
import { SECRETS } from '../../client/known-resources.js';
import type { Call, Command } from '../../command.js';
import { CommandError } from '../../errors.js';
import { CREATE_FLAGS, createObject, requireName } from './create-object.js';
import { DATA_FLAGS, readData } from './read-data.js';

export const command: Command = {
  usage: 'create secret (docker-registry | generic | tls) [options]',
  description: 'Create a secret: credentials of a registry, files and values, or a certificate with its key.',
  subcommands: [
    { name: 'docker-registry', summary: 'Create credentials for a registry', load: async () => dockerRegistry },
    { name: 'generic', summary: 'Create a secret from files and values', load: async () => generic },
    { name: 'tls', summary: 'Create a secret with a certificate and its key', load: async () => tls },
  ],
};

const generic: Command = {
  usage: 'create secret generic NAME [--type=string] [--from-file=[key=]source] [--from-literal=key1=value1] [options]',
  description: 'Create a secret from files and values.',
  examples: [
    'create secret generic my-hook --from-literal=secret=whsec_…',
    'create secret generic pull --from-file=.dockerconfigjson=config.json --type=kubernetes.io/dockerconfigjson',
  ],
  flags: [
    ...CREATE_FLAGS,
    ...DATA_FLAGS,
    { name: 'type', kind: 'string', usage: 'Type of the secret; default Opaque.' },
  ],
  run: async (call) => createSecret(call, call.flags.string('type'), await readData(call.flags)),
};

const dockerRegistry: Command = {
  usage:
    'create secret docker-registry NAME --docker-username=user --docker-password=password [--docker-email=email] [--docker-server=string] [--from-file=[key=]source] [options]',
  description: 'Create credentials for a registry; imports of the project use them.',
  flags: [
    ...CREATE_FLAGS,
    {
      name: 'docker-server',
      kind: 'string',
      default: 'https://index.docker.io/v1/',
      usage: 'Address of the registry.',
    },
    { name: 'docker-username', kind: 'string', usage: 'User name.' },
    { name: 'docker-password', kind: 'string', usage: 'Password or token.' },
    { name: 'docker-email', kind: 'string', usage: 'Mail address, for registries that want one.' },
    { name: 'from-file', kind: 'array', usage: 'Take an existing .docker/config.json instead.' },
  ],
  run: async (call) =>
    createSecret(call, 'kubernetes.io/dockerconfigjson', new Map([['.dockerconfigjson', dockerConfig(call)]])),
};

const tls: Command = {
  usage: 'create secret tls NAME --cert=path/to/cert/file --key=path/to/key/file [options]',
  description: 'Create a secret with a certificate and its key.',
  flags: [
    ...CREATE_FLAGS,
    { name: 'cert', kind: 'string', usage: 'PEM file with the certificate.' },
    { name: 'key', kind: 'string', usage: 'PEM file with the private key.' },
  ],
  run: async (call) => {
    const [cert, key] = [call.flags.string('cert'), call.flags.string('key')];
    if (!cert || !key) throw new CommandError('key and cert must be specified');
    return createSecret(
      call,
      'kubernetes.io/tls',
      new Map([
        ['tls.crt', readGivenFile(cert)],
        ['tls.key', readGivenFile(key)],
      ]),
    );
  },
};

function dockerConfig({ flags }: Call): Buffer {
  const [file] = flags.all('from-file');
  if (file) return readGivenFile(file.slice(file.indexOf('=') + 1));
  const [username, password] = [flags.string('docker-username'), flags.string('docker-password')];
  if (!username || !password || !flags.string('docker-server')) {
    throw new CommandError(
      'either --from-file or the combination of --docker-username, --docker-password and --docker-server is required',
    );
  }
  const email = flags.string('docker-email') || undefined;
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  return Buffer.from(
    JSON.stringify({ auths: { [flags.string('docker-server')]: { username, password, email, auth } } }),
  );
}

async function createSecret(call: Call, type: string, data: ReadonlyMap<string, Buffer>): Promise<void> {
  return createObject(call, SECRETS, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: requireName(call) },
    ...(type ? { type } : {}),
    ...(data.size > 0
      ? { data: Object.fromEntries([...data].map(([key, value]) => [key, value.toString('base64')])) }
      : {}),
  });
}
