import { setTimeout as sleep } from 'node:timers/promises';
import { BlobUnknown, DigestMismatch, type RepositoryClient, UnauthorizedByRegistry } from '@faktorz/registry-client';
import type { IncomingBlob } from '../blob/blob-intake.js';
import { OciError } from '../oci/oci-error.js';
import type { StoredBlob } from '../storage/blob-storage.js';
import type { FetchedBlob } from './pull-through.js';

/** A transfer that broke is taken up where it was; so many times in a row without a byte more. */
const VAIN_ATTEMPTS = 5;
const FIRST_PAUSE_MS = 100;
/** How long bytes may stay in memory while somebody waits for them. */
const HAND_OUT_EVERY_MS = 5;
/** How long what was written stays open after the end. */
const LINGER_MS = 30_000;
const PIECE_BYTES = 256 * 1024;

/** Where a download writes to, once it has begun. */
interface Place {
  incoming: IncomingBlob;
  /** Reads what has been written. */
  written: StoredBlob;
}

/**
 * One blob on its way from an upstream into the store, and from there to any number of readers, who get the bytes as
 * they come. The last byte is given out only when the digest has been found right, so that nobody takes wrong content
 * for the blob.
 */
export class BlobDownload implements FetchedBlob {
  /** Settles when the blob is stored; rejects when it will not be. */
  readonly done: Promise<void>;
  private readonly place: Promise<Place>;
  private size: number | undefined;
  private takenBytes = 0;
  private writtenBytes = 0;
  private isVerified = false;
  private isOver = false;
  private failure: unknown;
  private readers = 0;
  private waiting: (() => void)[] = [];
  private handingOut: Promise<void> | undefined;
  private readonly stopping = new AbortController();

  constructor(
    private readonly digest: string,
    sizeBytes: number | undefined,
    private readonly source: RepositoryClient,
    begin: () => Promise<IncomingBlob>,
  ) {
    this.size = sizeBytes;
    this.place = begin().then(async (incoming) => ({ incoming, written: await incoming.openWritten() }));
    this.done = this.run();
    this.done.catch(() => undefined); // its readers meet the failure
  }

  /** Of a blob whose upstream did not tell, known only when it is `done`. */
  get sizeBytes(): number {
    if (this.size === undefined) throw new Error(`the size of ${this.digest} is not known yet`);
    return this.size;
  }

  stop(): void {
    this.stopping.abort(new Error('the registry stops'));
  }

  async *read(start: number, end: number): AsyncIterable<Uint8Array> {
    this.readers += 1;
    try {
      const { written } = await this.place;
      for (let position = start; position <= end;) {
        const available = await this.availableFrom(position);
        const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, available - position, end + 1 - position));
        const bytesRead = await written.read(piece, position);
        if (bytesRead === 0) throw new Error(`${this.digest} is shorter than what was written of it`);
        position += bytesRead;
        yield piece.subarray(0, bytesRead);
      }
    } finally {
      this.readers -= 1;
      await this.closeWhenUnused();
    }
  }

  /** How many bytes may be given out: more than `position`. Waits for them. */
  private async availableFrom(position: number): Promise<number> {
    for (;;) {
      if (this.failure) throw this.failure;
      const available = this.isVerified ? this.sizeBytes : Math.min(this.writtenBytes, this.sizeBytes - 1);
      if (available > position) return available;
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  private async run(): Promise<void> {
    try {
      const { incoming } = await this.place;
      try {
        await this.transfer(incoming);
        await incoming.commit();
        this.isVerified = true;
      } finally {
        await incoming[Symbol.asyncDispose]();
      }
    } catch (error) {
      this.failure = error;
      throw error;
    } finally {
      this.wake();
      void this.closeSoon();
    }
  }

  private async transfer(incoming: IncomingBlob): Promise<void> {
    for (let vain = 0; this.takenBytes !== this.size;) {
      const before = this.takenBytes;
      try {
        await this.receive(incoming);
        this.size ??= this.takenBytes;
        if (this.takenBytes < this.size) throw new Error('the upstream sent less than it said');
      } catch (error) {
        vain = this.takenBytes > before ? 0 : vain + 1;
        if (isFinal(error) || vain >= VAIN_ATTEMPTS || this.stopping.signal.aborted) throw error;
        await sleep(FIRST_PAUSE_MS * 2 ** vain, undefined, { signal: this.stopping.signal });
      }
    }
    await this.handingOut?.catch(() => undefined);
    await incoming.writer.flush();
    this.showWritten(incoming);
  }

  /** Takes what one answer of the upstream brings, from where the last one ended. */
  private async receive(incoming: IncomingBlob): Promise<void> {
    const first = this.takenBytes;
    const { stream, contentRange } = await this.source.openBlob(this.digest, {
      signal: this.stopping.signal,
      isVerifiedByCaller: true,
      ...(first > 0 && { range: { first } }),
    });
    try {
      let superfluous = first - startOf(contentRange);
      if (superfluous < 0) throw new Error('the upstream left out a part');
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        const fresh = superfluous > 0 ? chunk.subarray(superfluous) : chunk;
        superfluous -= chunk.length - fresh.length;
        if (fresh.length > 0) await this.take(incoming, fresh);
      }
    } finally {
      stream.on('error', () => undefined).destroy();
    }
  }

  private async take(incoming: IncomingBlob, bytes: Buffer): Promise<void> {
    if (this.size !== undefined && this.takenBytes + bytes.length > this.size) throw tooLong(this.digest);
    this.takenBytes += bytes.length;
    const writing = incoming.writer.add(bytes);
    if (writing) await writing;
    this.showWritten(incoming);
    this.handOutSoon(incoming);
  }

  /** Somebody may have read all that is written: what is still in memory is for him, in pieces that are worth a write. */
  private handOutSoon(incoming: IncomingBlob): void {
    if (this.waiting.length === 0 || this.handingOut) return;
    const handOut = async (): Promise<void> => {
      if (this.writtenBytes > 0) await sleep(HAND_OUT_EVERY_MS);
      await incoming.writer.flush();
      this.showWritten(incoming);
    };
    // A write that fails is met by whoever brings more.
    this.handingOut = handOut().finally(() => (this.handingOut = undefined));
    this.handingOut.catch(() => undefined);
  }

  private showWritten(incoming: IncomingBlob): void {
    if (incoming.writer.writtenBytes === this.writtenBytes) return;
    this.writtenBytes = incoming.writer.writtenBytes;
    this.wake();
  }

  private wake(): void {
    const { waiting } = this;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }

  /** A reader may have been promised the blob before it was all here, and come a moment later. */
  private async closeSoon(): Promise<void> {
    await sleep(LINGER_MS, undefined, { ref: false });
    this.isOver = true;
    await this.closeWhenUnused();
  }

  private async closeWhenUnused(): Promise<void> {
    if (this.readers > 0 || !this.isOver) return;
    const place = await this.place.catch(() => undefined);
    await place?.written.close();
  }
}

/** Where an answer's bytes begin; one without a range begins at the beginning. */
function startOf(contentRange: string | undefined): number {
  if (contentRange === undefined) return 0;
  const start = /^bytes (\d+)-/.exec(contentRange)?.[1];
  if (start === undefined) throw new Error('the upstream answered with a range nobody understands');
  return Number(start);
}

/** Asking again would bring the same. */
function isFinal(error: unknown): boolean {
  return (
    error instanceof OciError ||
    error instanceof BlobUnknown ||
    error instanceof DigestMismatch ||
    error instanceof UnauthorizedByRegistry
  );
}

function tooLong(digest: string): OciError {
  return new OciError('DIGEST_INVALID', `the upstream sends more than it said for ${digest}`);
}
