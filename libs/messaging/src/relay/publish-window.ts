/**
 * Publications on their way, in the order of their positions: how far all of them have arrived, and whether one
 * failed, after which the rest is of no use.
 */
export class PublishWindow {
  private readonly pending: { position: bigint; done: boolean }[] = [];
  private failure: Error | undefined;
  private waiting: (() => void)[] = [];

  constructor(
    private arrivedUpTo: bigint,
    private readonly onFailure: () => void = () => undefined,
  ) {}

  /** Everything up to here has arrived. */
  get arrived(): bigint {
    return this.arrivedUpTo;
  }

  get size(): number {
    return this.pending.length;
  }

  get error(): Error | undefined {
    return this.failure;
  }

  add(position: bigint, publication: Promise<unknown>): void {
    const entry = { position, done: false };
    this.pending.push(entry);
    publication.then(
      () => {
        entry.done = true;
        this.advance();
      },
      (error: Error) => {
        this.failure ??= error;
        this.onFailure();
        this.advance();
      },
    );
  }

  /** Resolves when the next publication has arrived or failed. */
  change(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private advance(): void {
    while (this.pending[0]?.done) this.arrivedUpTo = this.pending.shift()!.position;
    const { waiting } = this;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }
}
