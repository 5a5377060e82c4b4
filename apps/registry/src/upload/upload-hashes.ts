import type { RunningHash } from '../storage/blob-writer.js';

interface KnownHash {
  readonly offsetBytes: number;
  readonly running: RunningHash;
}

const HASHES_KEPT = 20_000;

/**
 * Hashes of the uploads this process has written from their beginning. A hash cannot leave the process; an upload that
 * goes on in another one is hashed from its draft when it ends.
 */
export class UploadHashes {
  private readonly known = new Map<string, KnownHash>();

  /** The hash of the first `offsetBytes` of a draft, if it is known; the caller owns it then. */
  take(draftId: string, offsetBytes: number): RunningHash | undefined {
    const found = this.known.get(draftId);
    this.known.delete(draftId);
    return found?.offsetBytes === offsetBytes ? found.running : undefined;
  }

  keep(draftId: string, offsetBytes: number, running: RunningHash): void {
    if (this.known.size >= HASHES_KEPT) {
      const oldest = this.known.keys().next();
      if (!oldest.done) this.known.delete(oldest.value);
    }
    this.known.set(draftId, { offsetBytes, running });
  }

  forget(draftId: string): void {
    this.known.delete(draftId);
  }
}
