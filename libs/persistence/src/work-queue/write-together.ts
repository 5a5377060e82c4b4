/** How results that come at the same time are written. */
export interface WriteTogetherOptions<Item> {
  /** Transactions under way at a time: one result does not wait for more, but many travel together. */
  transactions: number;
  /** Items in one of them, at most. */
  most: number;
  /**
   * Writes items in one transaction and returns those it has passed over because somebody else holds their locks: they are
   * written again, each alone. Whoever holds several locks must wait for none; an item that is `alone` may wait.
   */
  write(items: readonly Item[], alone: boolean): Promise<readonly Item[]>;
}

interface Waiting<Item> {
  item: Item;
  resolve(): void;
  reject(error: unknown): void;
}

/** Writes results in as few transactions as there is load, and each result for itself where a transaction fails. */
export class WriteTogether<Item> {
  private readonly waiting: Waiting<Item>[] = [];
  private writing = 0;

  constructor(private readonly options: WriteTogetherOptions<Item>) {}

  /** Resolves when the item has been written; rejects with the error of writing it alone. */
  write(item: Item): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      if (this.writing < this.options.transactions) void this.writeWaiting();
    });
  }

  private async writeWaiting(): Promise<void> {
    this.writing += 1;
    while (this.waiting.length > 0) await this.writeAll(this.waiting.splice(0, this.options.most));
    this.writing -= 1;
  }

  private async writeAll(together: readonly Waiting<Item>[]): Promise<void> {
    const left = together.length > 1 ? await this.tryTogether(together) : together;
    for (const { item, resolve, reject } of left) {
      await this.options.write([item], true).then(() => resolve(), reject);
    }
  }

  /** Those that have to be written alone. */
  private async tryTogether(together: readonly Waiting<Item>[]): Promise<readonly Waiting<Item>[]> {
    try {
      const passedOver = new Set(
        await this.options.write(
          together.map(({ item }) => item),
          false,
        ),
      );
      for (const { item, resolve } of together) if (!passedOver.has(item)) resolve();
      return together.filter(({ item }) => passedOver.has(item));
    } catch {
      return together; // one of them may be to blame
    }
  }
}
