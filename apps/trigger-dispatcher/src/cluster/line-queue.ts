/** What a callback hands over, taken one by one by a loop. */
export class LineQueue<Line> {
  private readonly waiting: Line[] = [];
  private isEnded = false;
  private error: Error | undefined;
  private wake: () => void = () => undefined;

  add(line: Line): void {
    this.waiting.push(line);
    this.wake();
  }

  /** Nothing more comes; what was added before is still taken, then the error is thrown. */
  end(error?: Error): void {
    this.isEnded = true;
    this.error ??= error;
    this.wake();
  }

  async *taken(): AsyncGenerator<Line> {
    for (;;) {
      const lines = this.waiting.splice(0);
      yield* lines;
      if (lines.length > 0) continue;
      if (this.error) throw this.error;
      if (this.isEnded) return;
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }
}
