import type { Command } from '../command.js';

export const command: Command = {
  usage: 'set COMMAND [options]',
  description: 'Change certain settings of objects.',
  subcommands: [
    {
      name: 'image-lookup',
      summary: 'Change how image names are resolved in a project',
      load: async () => (await import('./set/image-lookup.js')).command,
    },
    {
      name: 'triggers',
      summary: 'Change what updates an object when an image changes',
      load: async () => (await import('./set/triggers.js')).command,
    },
    {
      name: 'image',
      summary: 'Change the image of containers',
      load: async () => (await import('./set/image.js')).command,
    },
  ],
};
