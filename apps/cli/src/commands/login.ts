import { ApiError } from '../client/api-error.js';
import { PROJECTS } from '../client/known-resources.js';
import type { KubeList } from '../client/kube-object.js';
import { resourcePath } from '../client/resource-path.js';
import type { Call, Command } from '../command.js';
import { CommandError, UsageError } from '../errors.js';
import { type ClientConfig, resolveClientConfig } from '../kubeconfig/client-config.js';
import type { Session } from '../session.js';
import { readPassword } from '../login/read-password.js';
import { requestToken, readOAuthServer } from '../login/oauth-login.js';
import { readUserName, saveContext } from '../projects/switch-project.js';
import { webLogin } from '../login/web-login.js';
import type { ApiClient } from '../client/api-client.js';

export const command: Command = {
  usage: 'login [-u USERNAME [-p PASSWORD] | --token=TOKEN | --web] [SERVER] [options]',
  description: 'Log in to a server and save the token for later calls.',
  examples: ['login --token=sha256~… https://127.0.0.1:8443', 'login -u bob', 'login --web'],
  flags: [
    { name: 'username', short: 'u', kind: 'string', usage: 'User name.' },
    { name: 'password', short: 'p', kind: 'string', usage: 'Password; asked for when left out.' },
    { name: 'web', short: 'w', kind: 'bool', usage: 'Log in with a browser.' },
    { name: 'callback-port', kind: 'int', usage: 'With --web: port of this computer the browser comes back to.' },
  ],
  run: login,
};

async function login(call: Call): Promise<void> {
  const { args, flags, session, terminal } = call;
  if (args.length > 1) throw new UsageError('Only the server URL may be specified as an argument');
  if (flags.string('token') && flags.string('username'))
    throw new UsageError('--token and --username are mutually exclusive');
  if (flags.bool('web') && (flags.string('token') || flags.string('username')))
    throw new UsageError('--web cannot be combined with --token or --username');
  const base = await connectionFor(call);
  const anonymous = session.clientFor({ ...base, token: undefined, basic: undefined });
  const { token, how } = await findToken(call, base, anonymous);
  const client = session.clientFor({ ...base, token, basic: undefined });
  try {
    const user = await identify(client);
    terminal.out(how === '' ? 'Login successful.\n\n' : `Logged into "${base.server}" as "${user}" using ${how}.\n\n`);
    const project = await chooseProject(client, base.namespace, call);
    await saveLogin(session, { ...base, token, context: '' }, user, project);
  } finally {
    anonymous.close();
    client.close();
  }
}

async function connectionFor({ args, flags, session }: Call): Promise<ClientConfig> {
  const { config } = await session.kubeconfig({ mayBeMissing: true });
  const [server] = args;
  if (server === undefined) return resolveClientConfig(config, flags);
  const address = /^https?:\/\//.test(server) ? server.replace(/\/+$/, '') : `https://${server.replace(/\/+$/, '')}`;
  const known = config.clusters.find(({ cluster }) => cluster.server === address)?.name;
  const contexts = config.contexts.filter(({ context }) => context.cluster === known);
  const current = contexts.find(({ name }) => name === config['current-context']) ?? contexts[0];
  const chosen =
    known && current
      ? { ...config, 'current-context': current.name }
      : { ...config, contexts: [], 'current-context': '' };
  const clusters = known ? chosen.clusters : [...chosen.clusters, { name: address, cluster: { server: address } }];
  const contextName = known && current ? current.name : address;
  const list = known && current ? chosen.contexts : [{ name: address, context: { cluster: known ?? address } }];
  return resolveClientConfig({ ...chosen, clusters, contexts: list, 'current-context': contextName }, flags);
}

async function findToken(
  { flags, terminal }: Call,
  base: ClientConfig,
  anonymous: ApiClient,
): Promise<{ token: string; how: string }> {
  if (flags.string('token')) return { token: flags.string('token'), how: 'the token provided' };
  if (flags.bool('web')) {
    return { token: await webLogin(anonymous, terminal.out, flags.int('callback-port')), how: '' };
  }
  const username = flags.string('username');
  if (username) {
    const prompt = `Authentication required for ${base.server} (openshift)\nUsername: ${username}\nPassword: `;
    const password = flags.changed('password') ? flags.string('password') : await readPassword(prompt);
    return { token: await requestToken(anonymous, username, password), how: '' };
  }
  if (base.token) return { token: base.token, how: 'existing credentials' };
  const server = await readOAuthServer(anonymous);
  const where = server ? ` by visiting ${server.token_endpoint}/request` : ' from an administrator (adm create-token)';
  throw new CommandError(`You must obtain an API token${where}\nThen run: login --token=TOKEN ${base.server}`);
}

async function identify(client: ApiClient): Promise<string> {
  try {
    return await readUserName(client);
  } catch (error) {
    if (error instanceof ApiError && error.httpStatus === 401) {
      throw new CommandError('The token provided is invalid or expired.', 1, { cause: error });
    }
    throw error;
  }
}

/** The project used before if it is still there, else the only or the first one. */
async function chooseProject(client: ApiClient, before: string, { program, terminal }: Call): Promise<string> {
  const list = await client.get<KubeList>(resourcePath(PROJECTS, undefined)).catch((error: unknown) => {
    if (error instanceof ApiError && [403, 404].includes(error.httpStatus)) return undefined;
    throw error;
  });
  if (!list) return 'default';
  const names = (list.items ?? []).map(({ metadata }) => metadata?.name ?? '').sort();
  const [first] = names;
  if (first === undefined) {
    terminal.out(
      `You don't have any projects. You can try to create a new project, by running\n\n    ${program} new-project <projectname>\n\n`,
    );
    return 'default';
  }
  const project = names.includes(before) ? before : names.includes('default') ? 'default' : first;
  if (names.length === 1) terminal.out(`You have one project on this server: "${first}"\n\n`);
  else {
    const lines = names.map((name) => `  ${name === project ? '*' : ' '} ${name}\n`).join('');
    terminal.out(
      `You have access to the following projects and can switch between them with '${program} project <projectname>':\n\n${lines}\n`,
    );
  }
  terminal.out(`Using project "${project}".\n`);
  return project;
}

async function saveLogin(session: Session, connection: ClientConfig, user: string, project: string): Promise<void> {
  await saveContext(await session.kubeconfig(), connection, { project, user });
}
