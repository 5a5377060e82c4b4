import { expect, it } from '@jest/globals';
import { runNamespaceFaults } from './support/faults/namespace-faults.js';
import { faultsSeed } from './support/faults/random.js';
import { runPruneFaults } from './support/faults/prune-faults.js';
import { runTagFaults } from './support/faults/tag-faults.js';
import { runWatchFaults } from './support/faults/watch-faults.js';

const MINUTE_MS = 60_000;

it(
  'loses, repeats and reorders no change of a tag however often processes are killed',
  async () => {
    const problems = await runTagFaults({
      seed: faultsSeed(),
      durationMs: 4 * MINUTE_MS,
      killPauseMs: [1_500, 6_000],
      wipeAfterMs: 2 * MINUTE_MS,
      streams: 6,
      images: 24,
      writerPauseMs: [10, 200],
      quietTimeoutMs: 3 * MINUTE_MS,
    });
    expect(problems).toEqual([]);
  },
  9 * MINUTE_MS,
);

it(
  'shows every change to every watch, once and in order, while eight write and processes are killed',
  async () => {
    const problems = await runWatchFaults({
      seed: faultsSeed(),
      durationMs: 1.5 * MINUTE_MS,
      killPauseMs: [1_500, 5_000],
      quietTimeoutMs: 3 * MINUTE_MS,
    });
    expect(problems).toEqual([]);
  },
  6 * MINUTE_MS,
);

it(
  'ends the deletion of a namespace with everything gone, although its owners are killed',
  async () => {
    const problems = await runNamespaceFaults({
      seed: faultsSeed(),
      namespaces: 4,
      durationMs: 30_000,
      killPauseMs: [500, 2_000],
      goneTimeoutMs: 3 * MINUTE_MS,
    });
    expect(problems).toEqual([]);
  },
  6 * MINUTE_MS,
);

it(
  'prunes nothing that is named, and all that is not in the end, however often runs and registries die',
  async () => {
    const problems = await runPruneFaults({
      seed: faultsSeed(),
      streams: 8,
      pushesEach: 5,
      runs: 6,
      killPauseMs: [50, 1_500],
    });
    expect(problems).toEqual([]);
  },
  12 * MINUTE_MS,
);
