/** How much the cache may hold: a tag or history entry weighs 1, and a stream 1 more. */
const MOST_WEIGHT = 20_000;
const MOST_STATES = 500;

/** A stream as of some position, and how much memory it takes. */
export interface WeighedState<Stream> {
  stream: Stream;
  weight: number;
}

interface Entry<Stream> {
  state: Promise<WeighedState<Stream> | undefined>;
  weight: number;
}

/**
 * Streams as they were at the newest positions. A change that a thousand watchers wait for is read once; all of them get
 * the same object, which nobody may change, so that it is also encoded once.
 */
export class RecentStates<Stream extends object> {
  private readonly entries = new Map<string, Entry<Stream>>();
  private weight = 0;

  /** `read` gives the stream with this uid at this position; undefined when it is not there (any more). */
  constructor(private readonly read: (uid: string, position: bigint) => Promise<WeighedState<Stream> | undefined>) {}

  async at(uid: string, position: bigint): Promise<Stream | undefined> {
    const key = `${uid} ${position}`;
    const known = this.entries.get(key) ?? this.begin(key, uid, position);
    return (await known.state)?.stream;
  }

  private begin(key: string, uid: string, position: bigint): Entry<Stream> {
    const entry: Entry<Stream> = { state: this.read(uid, position), weight: 1 };
    this.entries.set(key, entry);
    this.weight += 1;
    entry.state.then(
      (found) => (found ? this.weigh(key, entry, found.weight) : this.forget(key)),
      () => this.forget(key), // reported to those who wait for it
    );
    this.forgetOldest();
    return entry;
  }

  private weigh(key: string, entry: Entry<Stream>, weight: number): void {
    if (this.entries.get(key) !== entry) return;
    this.weight += weight - entry.weight;
    entry.weight = weight;
    this.forgetOldest();
  }

  /** The newest one always stays: its watchers are just being served. */
  private forgetOldest(): void {
    for (const key of this.entries.keys()) {
      const isSmallEnough = this.weight <= MOST_WEIGHT && this.entries.size <= MOST_STATES;
      if (isSmallEnough || this.entries.size === 1) return;
      this.forget(key);
    }
  }

  private forget(key: string): void {
    const entry = this.entries.get(key);
    if (!entry) return;
    this.entries.delete(key);
    this.weight -= entry.weight;
  }
}
