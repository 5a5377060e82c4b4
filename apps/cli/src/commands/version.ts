import { ApiError } from '../client/api-error.js';
import { ConnectionError } from '../client/connection-error.js';
import type { KubeObject } from '../client/kube-object.js';
import type { Call, Command } from '../command.js';
import { sortKeys, toGoJson } from '../printers/go-json.js';
import { toGoYaml } from '../printers/go-yaml.js';
import { CommandError } from '../errors.js';

export const command: Command = {
  usage: 'version [options]',
  description: 'Print the versions of this command and of the server.',
  flags: [
    { name: 'client', kind: 'bool', usage: 'Do not ask the server.' },
    { name: 'output', short: 'o', kind: 'string', usage: 'json or yaml.' },
  ],
  run: version,
};

const CLIENT_VERSION = 'v0.1.0';

interface ServerVersion extends KubeObject {
  gitVersion?: string;
}

async function version({ flags, session, terminal }: Call): Promise<void> {
  const format = flags.string('output');
  if (!['', 'json', 'yaml'].includes(format)) throw new CommandError("--output must be 'yaml' or 'json'");
  const client = { gitVersion: CLIENT_VERSION, platform: `${process.platform}/${process.arch}` };
  let failure: unknown;
  let server: ServerVersion | undefined;
  let openshift: string | undefined;
  if (!flags.bool('client')) {
    try {
      const api = await session.client();
      server = await api.get<ServerVersion>('/version', { timeout: '32s' });
      openshift = await openshiftVersion(() => api.get('/apis/config.openshift.io/v1/clusterversions/version'));
    } catch (error) {
      if (!(error instanceof ApiError || error instanceof ConnectionError || error instanceof CommandError))
        throw error;
      failure = error;
    }
  }
  const all = { clientVersion: client, openshiftVersion: openshift, serverVersion: server };
  if (format === 'json') terminal.out(`${toGoJson(sortKeys(all))}\n`);
  else if (format === 'yaml') terminal.out(toGoYaml(all));
  else {
    terminal.out(`Client Version: ${CLIENT_VERSION}\nKustomize Version: none\n`);
    if (openshift) terminal.out(`Server Version: ${openshift}\n`);
    if (server?.gitVersion) terminal.out(`Kubernetes Version: ${server.gitVersion}\n`);
  }
  if (failure) throw failure;
}

/** Only OpenShift clusters have one. */
async function openshiftVersion(read: () => Promise<KubeObject>): Promise<string | undefined> {
  try {
    const status = (await read()).status as { desired?: { version?: string } } | undefined;
    return status?.desired?.version;
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}
