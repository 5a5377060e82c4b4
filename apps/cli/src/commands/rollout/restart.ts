import type { Command } from '../../command.js';
import { DRY_RUN_FLAG, FILE_FLAGS, OUTPUT_FLAGS, SELECTOR_FLAGS } from '../../resources/selection-flags.js';
import { changeRollouts } from '../../workloads/change-rollouts.js';
import { restartedAt } from '../../workloads/restart-rollout.js';

export const command: Command = {
  usage: 'rollout restart (TYPE NAME | TYPE/NAME) [options]',
  description:
    'Have all pods of a deployment, daemon set or stateful set replaced, by a mark on its pod template. For a deployment config use "rollout latest".',
  examples: ['rollout restart deploy/web', 'rollout restart deploy -l app=shop'],
  flags: [...FILE_FLAGS, ...SELECTOR_FLAGS, ...OUTPUT_FLAGS, DRY_RUN_FLAG],
  run: (call) =>
    changeRollouts(call, 'rollout restart', (object, of) => restartedAt(object, of, new Date()), 'restarted'),
};
