import type { Command } from '../command.js';

export const command: Command = {
  usage: 'image COMMAND [options]',
  description: 'Look at images of any registry, and copy them, with your own credentials.',
  subcommands: [
    {
      name: 'info',
      summary: 'Show what an image of a registry says of itself',
      load: async () => (await import('./image/info.js')).command,
    },
    {
      name: 'mirror',
      summary: 'Copy images between registries',
      load: async () => (await import('./image/mirror.js')).command,
    },
  ],
};
