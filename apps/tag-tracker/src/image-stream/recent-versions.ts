/** How much may be held: a tag or history entry weighs 1, and a stream 1 more. */
const MOST_WEIGHT = 10_000;

/** A version of a stream, and how much memory it takes. */
export interface WeighedVersion<Stream> {
  stream: Stream;
  weight: number;
}

interface Entry<Stream> {
  stream: Promise<Stream | undefined>;
  weight: number;
}

/**
 * Versions of streams that were used last. A version never changes, so lists and watches read and put it together once,
 * and all of them get the same object, which nobody may change: it is then also encoded once.
 */
export class RecentVersions<Stream extends object> {
  private readonly entries = new Map<string, Entry<Stream>>();
  private weight = 0;

  /** The version, if it is held or just being read; undefined in it when it was not there. */
  get(key: string): Promise<Stream | undefined> | undefined {
    const entry = this.entries.get(key);
    if (!entry) return undefined;
    this.entries.delete(key);
    this.entries.set(key, entry); // now the newest
    return entry.stream;
  }

  /** Holds what is being read; a failure or an absence is for those who wait, and then forgotten. */
  hold(key: string, reading: Promise<WeighedVersion<Stream> | undefined>): Promise<Stream | undefined> {
    const entry: Entry<Stream> = { stream: reading.then((found) => found?.stream), weight: 1 };
    this.forget(key);
    this.entries.set(key, entry);
    this.weight += 1;
    reading.then(
      (found) => this.settle(key, entry, found?.weight),
      () => this.settle(key, entry, undefined),
    );
    return entry.stream;
  }

  private settle(key: string, entry: Entry<Stream>, weight: number | undefined): void {
    if (this.entries.get(key) !== entry) return;
    if (weight === undefined) return this.forget(key);
    this.weight += weight - entry.weight;
    entry.weight = weight;
    for (const oldest of this.entries.keys()) {
      // The last one stays, however large: its watchers are just being served.
      if (this.weight <= MOST_WEIGHT || this.entries.size === 1) return;
      this.forget(oldest);
    }
  }

  private forget(key: string): void {
    const entry = this.entries.get(key);
    if (!entry) return;
    this.entries.delete(key);
    this.weight -= entry.weight;
  }
}
