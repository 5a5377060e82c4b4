import type { Command } from '../../command.js';

export const command: Command = {
  usage: 'config get-users [options]',
  description: 'List the users of the kubeconfig.',
  run: async ({ session, terminal }) => {
    const names = (await session.kubeconfig()).config.users.map(({ name }) => name).sort();
    terminal.out(['NAME', ...names].map((name) => `${name}\n`).join(''));
  },
};
