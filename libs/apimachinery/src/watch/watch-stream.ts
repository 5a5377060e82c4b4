import type { ServerResponse } from 'node:http';

/** A client that takes nothing for so long is cut off; it can watch on from its last version. */
const STALLED_MS = 60_000;

/** The open end of a watch: writes whole frames and waits for slow clients. */
export class WatchStream {
  constructor(
    private readonly response: ServerResponse,
    private readonly signal: AbortSignal,
  ) {}

  /** Sends the headers at once, so that the client knows its watch stands. */
  open(headers: Readonly<Record<string, string | string[]>>): void {
    this.response.writeHead(200, {
      ...headers,
      'Content-Type': 'application/json',
      'Cache-Control': 'no-cache, private',
    });
    this.response.flushHeaders();
  }

  async send(frame: Buffer): Promise<void> {
    if (this.signal.aborted || this.response.destroyed) return;
    if (!this.response.write(frame)) await this.drained();
  }

  /** Sends a frame only if the client keeps up: bookmarks tell nothing to one that does not. */
  offer(frame: Buffer): void {
    if (!this.signal.aborted && !this.response.destroyed && !this.response.writableNeedDrain)
      this.response.write(frame);
  }

  end(): void {
    if (!this.response.destroyed) this.response.end();
  }

  /** Waits until the client takes more, is gone, or has stalled for too long. */
  private drained(): Promise<void> {
    const { response, signal } = this;
    return new Promise((resolve) => {
      const stalled = setTimeout(() => response.destroy(), STALLED_MS);
      const done = (): void => {
        clearTimeout(stalled);
        response.off('drain', done);
        response.off('close', done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      response.once('drain', done);
      response.once('close', done);
      signal.addEventListener('abort', done);
    });
  }
}
