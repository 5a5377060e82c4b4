import type { Command } from '../command.js';

export const command: Command = {
  usage: 'trigger COMMAND [options]',
  description: 'Triggers bring objects up to date with tags. What they did is in triggerrecords: get, trace, why.',
  subcommands: [
    {
      name: 'replay',
      summary: 'Look at the object of a record again',
      load: async () => (await import('./trigger/replay.js')).command,
    },
  ],
};
