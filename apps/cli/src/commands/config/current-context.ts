import type { Command } from '../../command.js';
import { CommandError } from '../../errors.js';

export const command: Command = {
  usage: 'config current-context [options]',
  description: 'Display the current context.',
  run: async ({ session, terminal }) => {
    const current = (await session.kubeconfig()).config['current-context'];
    if (current === '') throw new CommandError('current-context is not set');
    terminal.out(`${current}\n`);
  },
};
