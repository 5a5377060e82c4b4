interface Entry<V> {
  value: V;
  readAtMs: number;
  refreshing: boolean;
}

export interface TimedCacheOptions<K, V> {
  /** Answers older than this are never used. */
  maxAgeMs: number;
  /** From this age on a hit also asks anew in the background, so that busy keys never wait. */
  refreshAfterMs: number;
  maxEntries: number;
  load(key: K): Promise<V>;
  /** Which answers may be kept at all; the others are asked for every time. */
  keeps(value: V): boolean;
  now?(): number;
}

/** Remembers answers for a short time; simultaneous questions for one key are asked once. */
export class TimedCache<K, V> {
  private readonly entries = new Map<string, Entry<V>>();
  private readonly asking = new Map<string, Promise<V>>();
  private readonly now: () => number;

  constructor(private readonly options: TimedCacheOptions<K, V>) {
    this.now = options.now ?? (() => performance.now());
  }

  /** The answer without waiting, if there is a fresh one. */
  peek(id: string, key: K): V | undefined {
    const entry = this.entries.get(id);
    if (!entry) return undefined;
    const ageMs = this.now() - entry.readAtMs;
    if (ageMs >= this.options.maxAgeMs) {
      this.entries.delete(id);
      return undefined;
    }
    if (ageMs >= this.options.refreshAfterMs && !entry.refreshing) {
      entry.refreshing = true;
      this.ask(id, key).catch(() => {
        entry.refreshing = false; // the entry ends by its age; whoever needs it then meets the failure
      });
    }
    return entry.value;
  }

  /** The answer, asked for if need be. Rejects as `load` does. */
  async get(id: string, key: K): Promise<V> {
    return this.peek(id, key) ?? this.ask(id, key);
  }

  /** Forgets one answer, also when it is still on its way. */
  forgetOne(id: string): void {
    this.entries.delete(id);
    this.asking.delete(id);
  }

  /** Forgets the answers whose id fits, also those still on their way. */
  forget(fits: (id: string) => boolean): void {
    for (const id of this.entries.keys()) if (fits(id)) this.entries.delete(id);
    for (const id of this.asking.keys()) if (fits(id)) this.asking.delete(id);
  }

  /** Forgets everything, also the answers still on their way. */
  clear(): void {
    this.entries.clear();
    this.asking.clear();
  }

  private ask(id: string, key: K): Promise<V> {
    const running = this.asking.get(id);
    if (running) return running;
    const askedAtMs = this.now(); // an answer is as old as its question
    const asked = this.options
      .load(key)
      .then((value) => {
        if (this.asking.get(id) === asked) this.keep(id, value, askedAtMs);
        return value;
      })
      .finally(() => {
        if (this.asking.get(id) === asked) this.asking.delete(id);
      });
    this.asking.set(id, asked);
    return asked;
  }

  private keep(id: string, value: V, readAtMs: number): void {
    this.entries.delete(id);
    if (!this.options.keeps(value)) return;
    const oldest = this.entries.size >= this.options.maxEntries ? this.entries.keys().next() : undefined;
    if (oldest && !oldest.done) this.entries.delete(oldest.value);
    this.entries.set(id, { value, readAtMs, refreshing: false });
  }
}
