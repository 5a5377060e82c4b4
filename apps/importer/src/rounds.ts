/** Runs a task, never twice at a time: all who ask while it runs share the run after it. */
export class Rounds {
  private last = Promise.resolve();
  private next: Promise<void> | undefined;

  constructor(private readonly task: () => Promise<void>) {}

  /** Resolves when a run that began after this call has ended. */
  run(): Promise<void> {
    if (this.next) return this.next;
    const next = this.last.then(() => {
      this.next = undefined;
      return this.task();
    });
    this.next = next;
    this.last = next.catch(() => undefined); // told to those who wait for it
    return next;
  }
}
