import type { Command } from '../command.js';

export const command: Command = {
  usage: 'rollout COMMAND [options]',
  description: 'Begin, follow, end and take back rollouts.',
  subcommands: [
    {
      name: 'history',
      summary: 'List the rollouts there have been',
      load: async () => (await import('./rollout/history.js')).command,
    },
    {
      name: 'pause',
      summary: 'Hold back further rollouts',
      load: async () => (await import('./rollout/pause.js')).command,
    },
    {
      name: 'resume',
      summary: 'Let rollouts go on after a pause',
      load: async () => (await import('./rollout/resume.js')).command,
    },
    {
      name: 'restart',
      summary: 'Replace all pods by new ones of the same template',
      load: async () => (await import('./rollout/restart.js')).command,
    },
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
