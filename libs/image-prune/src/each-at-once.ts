/** Does work that never rejects for every item, so many at a time; begins none once `signal` has aborted. */
export async function eachAtOnce<T>(
  items: Iterable<T>,
  { workers, signal }: { workers: number; signal?: AbortSignal },
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  const queue = items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    while (!signal?.aborted) {
      const next = queue.next();
      if (next.done) return;
      await work(next.value);
    }
  };
  await Promise.all(Array.from({ length: workers }, worker));
}
