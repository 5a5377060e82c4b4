import { expect, it } from '@jest/globals';
import { faultsSeed } from './support/faults/random.js';
import { runTriggerFaults } from './support/faults/trigger-faults.js';

const MINUTE_MS = 60_000;

it(
  'brings every object to the newest image, once for each change that nothing overtook, however often processes are killed',
  async () => {
    const problems = await runTriggerFaults({
      seed: faultsSeed(),
      changes: Number(process.env.FAKTORZ_FAULTS_TRIGGER_CHANGES ?? 5_000),
      streams: 10,
      objectsEach: 3,
      killPauseMs: [1_500, 6_000],
      quietTimeoutMs: 3 * MINUTE_MS,
    });
    expect(problems).toEqual([]);
  },
  20 * MINUTE_MS,
);
