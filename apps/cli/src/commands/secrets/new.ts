import { SECRETS } from '../../client/known-resources.js';
import { resourcePath } from '../../client/resource-path.js';
import type { Call, Command } from '../../command.js';
import { CommandError, UsageError } from '../../errors.js';
import { readSources } from '../create/read-data.js';

/** Older `oc` had these two; today's has `create secret` for them. */
export const newSecret: Command = {
  usage: 'secret new NAME [KEY=]FILE... [--type=string]',
  description: 'Create a secret from files (older form of create secret generic).',
  examples: ['secret new pull .dockerconfigjson=/home/ann/.docker/config.json'],
  flags: [{ name: 'type', kind: 'string', usage: 'Type of the secret; by default what its one file is named for.' }],
  run: async (call) => {
    const [name, ...sources] = call.args;
    if (!name || sources.length === 0) throw new UsageError('must have a secret name and at least one file');
    const data = await readSources(sources);
    return create(call, name, call.flags.string('type') || typeOf([...data.keys()]), data);
  },
};

export const newDockercfg: Command = {
  usage:
    'secret new-dockercfg NAME --docker-server=host --docker-username=user --docker-password=password [--docker-email=email]',
  description: 'Create credentials for a registry in the older dockercfg form.',
  flags: [
    {
      name: 'docker-server',
      kind: 'string',
      default: 'https://index.docker.io/v1/',
      usage: 'Address of the registry.',
    },
    { name: 'docker-username', kind: 'string', usage: 'User name.' },
    { name: 'docker-password', kind: 'string', usage: 'Password or token.' },
    { name: 'docker-email', kind: 'string', usage: 'Mail address, for registries that want one.' },
  ],
  run: async (call) => {
    const [name, ...more] = call.args;
    if (!name || more.length > 0) throw new UsageError('exactly one NAME is required');
    return create(call, name, 'kubernetes.io/dockercfg', new Map([['.dockercfg', dockercfg(call)]]));
  },
};

/** Type by the name of the file: an import only looks at secrets of these types. */
function typeOf(keys: readonly string[]): string {
  if (keys.length !== 1) return 'Opaque';
  if (keys[0] === '.dockerconfigjson') return 'kubernetes.io/dockerconfigjson';
  return keys[0] === '.dockercfg' ? 'kubernetes.io/dockercfg' : 'Opaque';
}

function dockercfg({ flags }: Call): Buffer {
  const [username, password, email] = ['docker-username', 'docker-password', 'docker-email'].map((flag) =>
    flags.string(flag),
  );
  if (!username || !password) throw new CommandError('must provide --docker-username and --docker-password');
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  return Buffer.from(
    JSON.stringify({ [flags.string('docker-server')]: { username, password, email: email ?? '', auth } }),
  );
}

async function create(call: Call, name: string, type: string, data: ReadonlyMap<string, Buffer>): Promise<void> {
  const client = await call.session.client();
  await client.object({
    method: 'POST',
    path: resourcePath(SECRETS, await call.session.namespace()),
    body: {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name },
      type,
      data: Object.fromEntries([...data].map(([key, value]) => [key, value.toString('base64')])),
    },
  });
  call.terminal.out(`secret/${name}\n`);
}
