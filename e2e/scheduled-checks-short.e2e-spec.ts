import { expect, it } from '@jest/globals';
import { runCheckFaults } from './support/faults/check-faults.js';
import { faultsSeed } from './support/faults/random.js';

it('keeps budgets, and forgets and doubles no check, when four importers are killed', async () => {
  const problems = await runCheckFaults({
    seed: faultsSeed(),
    tags: 30,
    durationMs: 5_000,
    killPauseMs: [500, 1_500],
  });
  expect(problems).toEqual([]);
}, 180_000);
