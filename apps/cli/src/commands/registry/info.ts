import type { Call, Command } from '../../command.js';
import { CommandError } from '../../errors.js';
import { findRegistryHosts } from '../../images/registry-host.js';

export const command: Command = {
  usage: 'registry info [options]',
  description: 'Print the host name of the integrated registry.',
  flags: [
    { name: 'internal', kind: 'bool', usage: 'The name inside the system.' },
    { name: 'public', kind: 'bool', usage: 'The name outside.' },
    { name: 'check', kind: 'bool', usage: 'See whether it answers.' },
  ],
  run: info,
};

async function info({ flags, session, terminal }: Call): Promise<void> {
  terminal.error('Command "info" is deprecated, and will be removed in the future version.\n');
  if (flags.bool('internal') && flags.bool('public'))
    throw new CommandError('only one of --internal or --public may be specified at a time');
  const hosts = await findRegistryHosts(await session.client(), await session.namespace());
  if (!hosts) {
    throw new CommandError(
      'the integrated registry has not been configured, or no image stream can be seen that names it',
    );
  }
  const host = flags.bool('internal')
    ? hosts.internal
    : flags.bool('public')
      ? hosts.public
      : hosts.public || hosts.internal;
  if (host === '') throw new CommandError('the integrated registry does not have a public address: use --internal');
  if (flags.bool('check')) await check(host);
  terminal.out(`${host}\n`);
}

async function check(host: string): Promise<void> {
  const answers = (url: string) => fetch(url, { signal: AbortSignal.timeout(5000) }).then(() => true);
  const answered = await answers(`https://${host}/v2/`).catch(() => answers(`http://${host}/v2/`).catch(() => false));
  if (!answered) throw new CommandError(`registry could not be contacted at ${host}`);
}
