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
  terminal.out(`${await readUserName(await session.client())}\n`);
}
