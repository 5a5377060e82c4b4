import type { Command } from '../../command.js';
import { DRY_RUN_FLAG, FILE_FLAGS, OUTPUT_FLAGS, SELECTOR_FLAGS } from '../../resources/selection-flags.js';
import { setPaused } from '../../workloads/pause-rollouts.js';

export const command: Command = {
  usage: 'rollout resume (TYPE NAME | TYPE/NAME) [options]',
  description: 'Let a paused deployment or deployment config roll out again.',
  examples: ['rollout resume deploy/web', 'rollout resume dc/shop'],
  flags: [...FILE_FLAGS, ...SELECTOR_FLAGS, ...OUTPUT_FLAGS, DRY_RUN_FLAG],
  run: (call) => setPaused(call, false),
};
