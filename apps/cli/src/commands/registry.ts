import type { Command } from '../command.js';

export const command: Command = {
  usage: 'registry COMMAND [options]',
  description: 'The integrated registry: where it is, and credentials for it.',
  subcommands: [
    {
      name: 'info',
      summary: 'Print where the integrated registry is',
      load: async () => (await import('./registry/info.js')).command,
    },
    {
      name: 'login',
      summary: 'Save credentials for the integrated registry',
      load: async () => (await import('./registry/login.js')).command,
    },
  ],
};
