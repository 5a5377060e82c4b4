import type { Command } from '../command.js';

export const command: Command = {
  usage: 'webhook COMMAND [options]',
  description:
    'Webhooks tell other systems that a tag has moved. They are objects like any other: get webhooks, create -f, delete.',
  subcommands: [
    {
      name: 'replay',
      summary: 'Send deliveries again',
      load: async () => (await import('./webhook/replay.js')).command,
    },
  ],
};
