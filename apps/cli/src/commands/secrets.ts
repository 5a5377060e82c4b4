import type { Command } from '../command.js';

export const command: Command = {
  usage: 'secrets COMMAND [options]',
  description: 'Let service accounts use secrets.',
  subcommands: [
    {
      name: 'link',
      aliases: ['add'],
      summary: 'Give secrets to a service account',
      load: async () => (await import('./secrets/link.js')).link,
    },
    {
      name: 'unlink',
      summary: 'Take secrets from a service account',
      load: async () => (await import('./secrets/link.js')).unlink,
    },
    {
      name: 'new',
      summary: 'Create a secret from files (older form)',
      load: async () => (await import('./secrets/new.js')).newSecret,
    },
    {
      name: 'new-dockercfg',
      summary: 'Create credentials for a registry (older form)',
      load: async () => (await import('./secrets/new.js')).newDockercfg,
    },
  ],
};
