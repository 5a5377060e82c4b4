import { expect, it } from '@jest/globals';
import { faultsSeed } from './support/faults/random.js';
import { runPruneFaults } from './support/faults/prune-faults.js';
import { runTagFaults } from './support/faults/tag-faults.js';
import { runTriggerFaults } from './support/faults/trigger-faults.js';

it('loses, repeats and reorders no change of a tag when processes are killed', async () => {
  const problems = await runTagFaults({
    seed: faultsSeed(),
    durationMs: 10_000,
    killPauseMs: [1_000, 2_000],
    wipeAfterMs: 6_000,
    streams: 4,
    images: 16,
    writerPauseMs: [20, 150],
    quietTimeoutMs: 120_000,
  });
  expect(problems).toEqual([]);
}, 180_000);

it('brings objects to the newest image once for each change, although dispatchers die', async () => {
  const problems = await runTriggerFaults({
    seed: faultsSeed(),
    changes: 80,
    streams: 4,
    objectsEach: 2,
    killPauseMs: [800, 2_500],
    quietTimeoutMs: 120_000,
  });
  expect(problems).toEqual([]);
}, 180_000);

it('prunes nothing that is named, and all that is not in the end, although runs and registries die', async () => {
  const problems = await runPruneFaults({
    seed: faultsSeed(),
    streams: 3,
    pushesEach: 3,
    runs: 1,
    killPauseMs: [100, 800],
  });
  expect(problems).toEqual([]);
}, 180_000);
