/** How much work is under way at each registry. */
export class RegistryTally {
  private readonly counts = new Map<string, number>();

  get running(): ReadonlyMap<string, number> {
    return this.counts;
  }

  /** Registries with so much work or more. */
  busy(most: number): string[] {
    return [...this.counts].flatMap(([registry, count]) => (count >= most ? registry : []));
  }

  /** Counts `work` while it runs; `onEnd` is told how much is left at its registry. */
  async run(registry: string, work: () => Promise<void>, onEnd: (left: number) => void): Promise<void> {
    this.counts.set(registry, this.countOf(registry) + 1);
    try {
      await work();
    } finally {
      const left = this.countOf(registry) - 1;
      if (left > 0) this.counts.set(registry, left);
      else this.counts.delete(registry);
      onEnd(left);
    }
  }

  private countOf(registry: string): number {
    return this.counts.get(registry) ?? 0;
  }
}
