import { untilAborted } from '@faktorz/registry-client';

interface Gate {
  running: number;
  waiting: Set<() => void>;
}

/** Limits how many requests this process has under way at each registry, so that one slow registry holds up nobody but itself. */
export class RegistryGates {
  private readonly gates = new Map<string, Gate>();

  constructor(private readonly limit: number) {}

  /** Runs `request` when a place is free; places are given in the order of asking. Rejects when `signal` aborts the wait. */
  async run<T>(registry: string, request: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const gate = this.gates.get(registry) ?? { running: 0, waiting: new Set() };
    this.gates.set(registry, gate);
    if (gate.running >= this.limit) await place(gate, signal);
    else gate.running += 1;
    try {
      return await request();
    } finally {
      this.leave(registry, gate);
    }
  }

  private leave(registry: string, gate: Gate): void {
    const [next] = gate.waiting;
    if (next)
      next(); // hands its place on
    else if (--gate.running === 0) this.gates.delete(registry);
  }
}

/** Waits in line; who gives up leaves the line, so that no place is handed to nobody. */
async function place({ waiting }: Gate, signal: AbortSignal | undefined): Promise<void> {
  let mine: () => void = () => undefined;
  const given = new Promise<void>((resolve) => {
    mine = () => {
      waiting.delete(mine);
      resolve();
    };
    waiting.add(mine);
  });
  try {
    await untilAborted(given, signal);
  } catch (error) {
    waiting.delete(mine);
    throw error;
  }
}
