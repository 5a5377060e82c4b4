import { expect, it } from '@jest/globals';
import { CheckPlaces } from './check-places.js';

const A = { registry: 'a.example' };

/** Begins a check and gives back what ends it. */
function begin(places: CheckPlaces): () => Promise<void> {
  let end: () => void = () => undefined;
  const ended = places.run(A.registry, () => new Promise((resolve) => (end = resolve)));
  return () => {
    end();
    return ended;
  };
}

it('asks for more while half of the places are free and more are waiting', async () => {
  let asked = 0;
  const places = new CheckPlaces(4, () => (asked += 1));
  await places.filledBy(() => Promise.resolve([A, A, A, A]));
  const [first, second, third] = [1, 2, 3, 4].map(() => begin(places));
  await first?.();
  expect(asked).toBe(0);
  await second?.();
  expect(asked).toBe(1);
  await third?.();
  expect(asked).toBe(2);
});

it('goes on asking when others ended while it was claiming', async () => {
  let asked = 0;
  const places = new CheckPlaces(4, () => (asked += 1));
  const early = [begin(places), begin(places)];
  await places.filledBy(async (running) => {
    expect(running).toEqual(new Map([['a.example', 2]]));
    for (const end of early) await end();
    return [A, A];
  });
  const late = [begin(places), begin(places)];
  for (const end of late) await end();
  expect(asked).toBe(2);
});

it('does not ask when less was waiting than there was room for', async () => {
  let asked = 0;
  const places = new CheckPlaces(4, () => (asked += 1));
  await places.filledBy(() => Promise.resolve([A, A, A]));
  for (const end of [begin(places), begin(places), begin(places)]) await end();
  expect(asked).toBe(0);
});
