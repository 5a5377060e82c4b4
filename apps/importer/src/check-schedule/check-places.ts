import { RegistryTally } from '../fetch/registry-tally.js';

/** The places for checks this process has at each registry, and whether more are waiting for them. */
export class CheckPlaces {
  private readonly tally = new RegistryTally();
  /** Registries of which as much was claimed as there was room for. */
  private readonly crowded = new Set<string>();

  constructor(
    readonly perRegistry: number,
    /** Called when half of the places, or more, at a registry where others wait are free: claims one by one cost too much. */
    private readonly onRoom: () => void,
  ) {}

  /** Checks under way, by registry. */
  get running(): ReadonlyMap<string, number> {
    return this.tally.running;
  }

  /** Claims checks by `claim`, which is told what is under way, and notes of which registries there may be more. */
  async filledBy<Check extends { registry: string }>(
    claim: (running: ReadonlyMap<string, number>) => Promise<Check[]>,
  ): Promise<Check[]> {
    const running = new Map(this.running);
    const claimed = await claim(running);
    const filled = new Map(running);
    for (const { registry } of claimed) filled.set(registry, (filled.get(registry) ?? 0) + 1);
    for (const [registry, count] of filled) {
      if (count >= this.perRegistry) this.crowded.add(registry);
      else this.crowded.delete(registry);
    }
    return claimed;
  }

  /** Counts a check while it runs. */
  run(registry: string, check: () => Promise<void>): Promise<void> {
    return this.tally.run(registry, check, (left) => {
      if (left <= this.perRegistry / 2 && this.crowded.has(registry)) this.onRoom();
    });
  }
}
