import { expect, it } from '@jest/globals';
import { runCheckFaults } from './support/faults/check-faults.js';
import { faultsSeed } from './support/faults/random.js';

/** `FAKTORZ_FAULTS_SECONDS=1800` for a night. */
const DURATION_MS = Number(process.env.FAKTORZ_FAULTS_SECONDS ?? 120) * 1000;

it(
  'keeps budgets, and forgets and doubles no check, however often four importers are killed',
  async () => {
    const problems = await runCheckFaults({
      seed: faultsSeed(),
      tags: 60,
      durationMs: DURATION_MS,
      killPauseMs: [500, 4_000],
    });
    expect(problems).toEqual([]);
  },
  DURATION_MS + 240_000,
);
