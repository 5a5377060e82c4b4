import type { Command } from '../command.js';

export const command: Command = {
  usage: 'adm COMMAND [options]',
  description: 'Tasks of an administrator.',
  subcommands: [
    { name: 'create-user', summary: 'Create a user', load: async () => (await import('./adm/create-user.js')).command },
    {
      name: 'create-token',
      summary: 'Create a token of a user',
      load: async () => (await import('./adm/create-token.js')).command,
    },
    { name: 'policy', summary: 'Manage roles', load: async () => (await import('./policy.js')).command },
  ],
};
