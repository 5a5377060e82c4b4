import { createHash } from 'node:crypto';
import type { Call, Command } from '../command.js';
import { CommandError } from '../errors.js';
import { saveKubeconfig } from '../kubeconfig/kubeconfig-files.js';
import { readUserName } from '../projects/switch-project.js';

export const command: Command = {
  usage: 'logout [options]',
  description: 'End the current login: the token is given back and removed from the kubeconfig.',
  run: logout,
};

async function logout({ session, terminal }: Call): Promise<void> {
  const client = await session.client();
  const { token, server, context } = client.config;
  if (!token) throw new CommandError('You must have a token in order to logout.');
  const user = await readUserName(client);
  // A token that cannot be given back is forgotten all the same; one of another kind ends by itself.
  const name = tokenName(token);
  if (name !== undefined)
    await client
      .request({ method: 'DELETE', path: `/apis/oauth.openshift.io/v1/oauthaccesstokens/${name}` })
      .catch(() => undefined);
  const loaded = await session.kubeconfig();
  const userEntry = loaded.config.contexts.find((entry) => entry.name === context)?.context.user;
  const entry = loaded.config.users.find((one) => one.name === userEntry);
  if (entry) delete entry.user.token;
  await saveKubeconfig(loaded);
  terminal.out(`Logged "${user}" out on "${server}"\n`);
}

/** The server keeps tokens by the hash of their secret part. */
function tokenName(token: string): string | undefined {
  if (!token.startsWith('sha256~')) return undefined;
  return `sha256~${createHash('sha256').update(token.slice('sha256~'.length)).digest('base64url')}`;
}
