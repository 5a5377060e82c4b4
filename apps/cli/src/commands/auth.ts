import type { Command } from '../command.js';

export const command: Command = {
  usage: 'auth COMMAND [options]',
  description: 'Ask the server what you may do.',
  subcommands: [
    {
      name: 'can-i',
      summary: 'Ask whether an action is allowed',
      load: async () => (await import('./auth/can-i.js')).command,
    },
    { name: 'whoami', summary: 'Show who you are', load: async () => (await import('./whoami.js')).command },
  ],
};
