import type { Command } from '../command.js';

export const command: Command = {
  usage: 'admission COMMAND [options]',
  description: 'Have the API server of a cluster look up names of image stream tags in the objects it stores.',
  subcommands: [
    {
      name: 'install',
      summary: 'Register the admission webhook in a cluster',
      load: async () => (await import('./admission/install.js')).command,
    },
  ],
};
