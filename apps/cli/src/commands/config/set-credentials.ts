import type { Call, Command } from '../../command.js';
import { CommandError } from '../../errors.js';
import { putEntry, type UserEntry } from '../../kubeconfig/kubeconfig.js';
import { saveKubeconfig } from '../../kubeconfig/kubeconfig-files.js';
import { putFile } from './embedded-files.js';
import { namesGiven } from './name-argument.js';

export const command: Command = {
  usage:
    'config set-credentials NAME [--token=bearer_token] [--client-certificate=path/to/certfile] [--client-key=path/to/keyfile] [--username=basic_user] [--password=basic_password]',
  description: 'Set a user of the kubeconfig. What is not given stays as it is.',
  examples: ['config set-credentials bob --token=sha256~…'],
  flags: [
    { name: 'username', kind: 'string', usage: 'User name for basic authentication.' },
    { name: 'password', kind: 'string', usage: 'Password for basic authentication.' },
    { name: 'embed-certs', kind: 'bool', usage: 'Copy certificate and key into the kubeconfig.' },
  ],
  run: setCredentials,
};

async function setCredentials(call: Call): Promise<void> {
  const { flags, session, terminal } = call;
  const [name = ''] = namesGiven(call, 1);
  const byPassword = flags.string('username') !== '' || flags.string('password') !== '';
  if (flags.string('token') && byPassword) {
    throw new CommandError(
      'you cannot specify more than one authentication method at the same time: --token, --username/--password',
    );
  }
  const loaded = await session.kubeconfig({ mayBeMissing: true });
  const user: UserEntry = { ...loaded.config.users.find((entry) => entry.name === name)?.user };
  putFile(user, 'client-certificate', flags);
  putFile(user, 'client-key', flags);
  for (const field of ['token', 'username', 'password'] as const) {
    if (flags.changed(field)) user[field] = flags.string(field) || undefined;
  }
  if (flags.string('token')) [user.username, user.password, user.tokenFile] = [undefined, undefined, undefined];
  if (byPassword) [user.token, user.tokenFile] = [undefined, undefined];
  putEntry(loaded.config.users, { name, user });
  await saveKubeconfig(loaded);
  terminal.out(`User "${name}" set.\n`);
}
