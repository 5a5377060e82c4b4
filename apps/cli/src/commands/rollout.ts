import type { Command } from '../command.js';

export const command: Command = {
  usage: 'rollout COMMAND [options]',
  description: 'Begin, follow, end and take back rollouts.',
  subcommands: [
    {
      name: 'status',
      summary: 'Show how far a rollout has come',
      load: async () => (await import('./rollout/status.js')).command,
    },
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
