import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Call, Command } from '../../command.js';
import { CommandError } from '../../errors.js';
import { describeFileError } from '../../files/read-given-file.js';
import { findRegistryHosts } from '../../images/registry-host.js';
import type { RegistryCredentials, RegistryTrust } from '../../outside-registries/check-credentials.js';
import { registryConfigFile } from '../../outside-registries/registry-config.js';

export const command: Command = {
  usage: 'registry login [options]',
  description: 'Save credentials for the integrated registry where docker, podman and skopeo look for them.',
  flags: [
    { name: 'registry', kind: 'string', usage: 'Host of the registry; by default the integrated one.' },
    { name: 'auth-basic', kind: 'string', usage: 'USER:PASSWORD instead of the token in use.' },
    { name: 'registry-config', short: 'a', kind: 'string', usage: 'File to save to.' },
    { name: 'to', kind: 'string', usage: 'File to save to.' },
    { name: 'skip-check', kind: 'bool', usage: 'Do not try the credentials.' },
    { name: 'insecure', kind: 'bool', usage: 'Allow HTTP and unknown certificates.' },
  ],
  run: login,
};

async function login({ flags, session, terminal }: Call): Promise<void> {
  const [username, password] = await credentials(
    flags.string('auth-basic'),
    async () => (await session.config()).token,
  );
  let host = flags.string('registry');
  if (host === '') {
    const hosts = await findRegistryHosts(await session.client(), await session.namespace());
    if (hosts?.public) terminal.error(`info: Using registry public hostname ${hosts.public}\n`);
    else if (hosts?.internal) terminal.error(`info: Using internal registry hostname ${hosts.internal}\n`);
    host = hosts?.public || hosts?.internal || '';
    if (host === '') {
      throw new CommandError(
        'The public hostname of the integrated registry could not be determined. Please specify one with --registry.',
      );
    }
  }
  if (!flags.bool('skip-check')) {
    const ca = (await session.config().catch(() => undefined))?.ca;
    await check({ host, username, password }, { insecure: flags.bool('insecure'), ca });
  }
  const file = flags.string('to') || flags.string('registry-config') || registryConfigFile();
  await save(file, host, username, password);
  terminal.out(`Saved credentials for ${host} into ${file}\n`);
}

async function credentials(basic: string, token: () => Promise<string | undefined>): Promise<[string, string]> {
  if (basic !== '') {
    const colon = basic.indexOf(':');
    if (colon <= 0) throw new CommandError('--auth-basic must be in the form user:password');
    return [basic.slice(0, colon), basic.slice(colon + 1)];
  }
  const current = await token();
  if (!current) throw new CommandError('no token is currently in use for this session');
  return ['user', current];
}

async function check(credentials: RegistryCredentials, trust: RegistryTrust): Promise<void> {
  const { checkCredentials } = await import('../../outside-registries/check-credentials.js');
  await checkCredentials(credentials, trust).catch((error: Error) => {
    const message = `unable to check your credentials - pass --skip-check to bypass this error: ${error.message}`;
    throw new CommandError(message, 1, { cause: error });
  });
}

async function save(file: string, host: string, username: string, password: string): Promise<void> {
  const config = await readConfig(file);
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  const changed = { ...config, auths: { ...config.auths, [host]: { auth } } };
  try {
    await mkdir(dirname(resolve(file)), { recursive: true });
    await writeFile(file, `${JSON.stringify(changed, undefined, '\t')}\n`, { mode: 0o600 });
  } catch (error) {
    throw new CommandError(`unable to save credentials: ${describeFileError(error, file)}`, 1, { cause: error });
  }
}

interface RegistryConfig {
  auths?: Record<string, object>;
}

/** What the file says so far; a file that cannot be read is not written over. */
async function readConfig(file: string): Promise<RegistryConfig> {
  try {
    return JSON.parse((await readFile(file, 'utf8')).trim() || '{}') as RegistryConfig;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    const detail = error instanceof SyntaxError ? `${file}: ${error.message}` : describeFileError(error, file);
    throw new CommandError(`unable to load credentials: ${detail}`, 1, { cause: error });
  }
}
