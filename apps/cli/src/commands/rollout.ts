import type { Command } from '../command.js';

export const command: Command = {
  usage: 'rollout COMMAND [options]',
  description: 'Begin, end and take back rollouts of deployment configs.',
  subcommands: [
    {
      name: 'latest',
      summary: 'Begin a rollout with the newest images',
      load: async () => (await import('./rollout/latest.js')).command,
    },
    {
      name: 'cancel',
      summary: 'End the rollout under way',
      load: async () => (await import('./rollout/cancel.js')).command,
    },
    {
      name: 'undo',
      summary: 'Go back to an earlier rollout',
      load: async () => (await import('./rollout/undo.js')).command,
    },
  ],
};
