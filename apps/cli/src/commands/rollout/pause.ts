import type { Command } from '../../command.js';
import { DRY_RUN_FLAG, FILE_FLAGS, OUTPUT_FLAGS, SELECTOR_FLAGS } from '../../resources/selection-flags.js';
import { setPaused } from '../../workloads/pause-rollouts.js';

export const command: Command = {
  usage: 'rollout pause (TYPE NAME | TYPE/NAME) [options]',
  description: 'Hold back the rollouts of a deployment or deployment config; changes are made up for on resume.',
  examples: ['rollout pause deploy/web', 'rollout pause dc/shop'],
  flags: [...FILE_FLAGS, ...SELECTOR_FLAGS, ...OUTPUT_FLAGS, DRY_RUN_FLAG],
  run: (call) => setPaused(call, true),
};
