import type { ApiClient } from '../client/api-client.js';
import { ApiError } from '../client/api-error.js';
import { CONFIG_MAPS } from '../client/known-resources.js';
import type { KubeObject } from '../client/kube-object.js';
import { resourcePath } from '../client/resource-path.js';
import type { Call, Command } from '../command.js';
import { CommandError } from '../errors.js';
import { readUserName } from '../projects/switch-project.js';

export const command: Command = {
  usage: 'whoami [options]',
  description: 'Show who you are to the server.',
  flags: [
    { name: 'show-token', short: 't', kind: 'bool', usage: 'Print the token in use.' },
    { name: 'show-context', short: 'c', kind: 'bool', usage: 'Print the name of the current context.' },
    { name: 'show-server', kind: 'bool', usage: "Print the server's address." },
    {
      name: 'show-console',
      kind: 'bool',
      usage: "Print the address of the web console, or the server's where none is.",
    },
  ],
  run: whoami,
};

async function whoami({ flags, session, terminal }: Call): Promise<void> {
  const config = await session.config();
  if (flags.bool('show-token')) {
    if (!config.token) throw new CommandError('no token is currently in use for this session');
    return terminal.out(`${config.token}\n`);
  }
  if (flags.bool('show-context')) {
    if (config.context === '') throw new CommandError('no context has been set');
    return terminal.out(`${config.context}\n`);
  }
  if (flags.bool('show-server')) return terminal.out(`${config.server}\n`);
  if (flags.bool('show-console')) return terminal.out(`${await consoleAddress(await session.client())}\n`);
  terminal.out(`${await readUserName(await session.client())}\n`);
}

/** What OpenShift publishes of its console; servers without one say where they are themselves, as oc does. */
async function consoleAddress(client: ApiClient): Promise<string> {
  try {
    const path = resourcePath(CONFIG_MAPS, 'openshift-config-managed', 'console-public');
    const { data } = await client.get<KubeObject & { data?: Record<string, string> }>(path);
    if (data?.consoleURL) return data.consoleURL;
    throw new CommandError('unable to determine console location from the cluster');
  } catch (error) {
    if (error instanceof ApiError && [403, 404].includes(error.httpStatus)) return client.config.server;
    throw error;
  }
}
