import type { Command } from '../command.js';

export const command: Command = {
  usage: 'adm COMMAND [options]',
  description: 'Tasks of an administrator.',
  subcommands: [
    { name: 'create-user', summary: 'Create a user', load: async () => (await import('./adm/create-user.js')).command },
    {
      name: 'set-password',
      summary: 'Give a user a password',
      load: async () => (await import('./adm/set-password.js')).command,
    },
    {
      name: 'rotate-encryption-key',
      summary: 'Encrypt all secrets anew under a new key',
      load: async () => (await import('./adm/rotate-encryption-key.js')).command,
    },
    {
      name: 'create-token',
      summary: 'Create a token of a user',
      load: async () => (await import('./adm/create-token.js')).command,
    },
    {
      name: 'prune',
      summary: 'Remove what is no longer needed',
      load: async () => (await import('./adm/prune.js')).command,
    },
    {
      name: 'top',
      summary: 'Show what images and streams take up',
      load: async () => (await import('./adm/top.js')).command,
    },
    { name: 'policy', summary: 'Manage roles', load: async () => (await import('./policy.js')).command },
  ],
};
