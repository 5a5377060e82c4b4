import type { Command } from '../../command.js';

export const command: Command = {
  usage: 'adm prune COMMAND [options]',
  description: 'Remove what is no longer needed.',
  subcommands: [
    {
      name: 'images',
      summary: 'Remove images that no tag needs any more',
      load: async () => (await import('./prune/images.js')).command,
    },
  ],
};
