import type { Command } from '../../command.js';

export const command: Command = {
  usage: 'config get-clusters [options]',
  description: 'List the clusters of the kubeconfig.',
  run: async ({ session, terminal }) => {
    const names = (await session.kubeconfig()).config.clusters.map(({ name }) => name).sort();
    terminal.out(['NAME', ...names].map((name) => `${name}\n`).join(''));
  },
};
