/** Limits how many requests this process has under way at each registry, so that one slow registry holds up nobody but itself. */
export class RegistryGates {
  private readonly gates = new Map<string, { running: number; waiting: (() => void)[] }>();

  constructor(private readonly limit: number) {}

  /** Runs `request` when a place is free; places are given in the order of asking. */
  async run<T>(registry: string, request: () => Promise<T>): Promise<T> {
    const gate = this.gates.get(registry) ?? { running: 0, waiting: [] };
    this.gates.set(registry, gate);
    if (gate.running >= this.limit) await new Promise<void>((resolve) => gate.waiting.push(resolve));
    else gate.running += 1;
    try {
      return await request();
    } finally {
      const next = gate.waiting.shift();
      if (next)
        next(); // hands its place on
      else if (--gate.running === 0) this.gates.delete(registry);
    }
  }
}
