import { createHash, type Hash } from 'node:crypto';
import type { DigestAlgorithm } from '../oci/blob-digest.js';
import type { Draft } from './blob-storage.js';
import { releaseMemory } from './release-memory.js';

/** Large writes cost a fraction of many small ones … */
const LARGEST_BATCH_BYTES = 1024 * 1024;
const SMALLEST_BATCH_BYTES = 64 * 1024;
/** … but all writers together hold no more than about twice this. */
const ALL_BATCHES_BYTES = 32 * 1024 * 1024;
/** The disk begins as soon as there is so much for it, so that little is left to wait for in the end. */
const SYNC_BEHIND_BYTES = 4 * 1024 * 1024;

let writers = 0;

/** The hash of what an upload has so far. */
export interface RunningHash {
  readonly algorithm: DigestAlgorithm;
  readonly hash: Hash;
}

/** The digest of everything that was hashed. Nothing can be added after it. */
export function finishHash({ algorithm, hash }: RunningHash): string {
  return `${algorithm}:${hash.digest('hex')}`;
}

export function newHash(algorithm: DigestAlgorithm): RunningHash {
  return { algorithm, hash: createHash(algorithm) };
}

/**
 * Writes bytes to a draft in large batches and hashes them on the way, once. One batch is written while the next fills.
 */
export class BlobWriter {
  private batch: Uint8Array[] = [];
  private batchBytes = 0;
  private writing: Promise<void> | undefined;
  private syncing: Promise<void> | undefined;
  private syncedBytes: number;
  private failure: unknown;
  private isOpen = true;
  private taken: number;

  constructor(
    private readonly draft: Draft,
    /** Of what the draft has already, if it is known; kept up to date. */
    private readonly running: RunningHash | undefined,
  ) {
    writers += 1;
    this.taken = draft.sizeBytes;
    this.syncedBytes = draft.sizeBytes;
  }

  /** Bytes taken so far, with those the draft had before. */
  get sizeBytes(): number {
    return this.taken;
  }

  /** Bytes that are in the draft already. */
  get writtenBytes(): number {
    return this.draft.sizeBytes;
  }

  /**
   * Takes the next bytes, which belong to the writer from then on. When a promise is returned, wait for it before you
   * bring more; it rejects when writing failed (`StorageFull`).
   */
  add(chunk: Uint8Array): Promise<void> | undefined {
    this.running?.hash.update(chunk);
    this.batch.push(chunk);
    this.batchBytes += chunk.length;
    this.taken += chunk.length;
    return this.batchBytes >= batchLimit() ? this.beginWriting() : undefined;
  }

  /** Settles when all that was taken is in the draft (not yet synced). */
  async flush(): Promise<void> {
    await this.beginWriting();
    await this.writing;
    if (this.failure) throw this.failure;
  }

  /** `flush` by who brings no more. The system tells of a failed write once: a later sync would not hear of it again. */
  async finish(): Promise<void> {
    await this.flush();
    await this.syncing;
    if (this.failure) throw this.failure;
  }

  /** Settles when all that was flushed survives a power failure. */
  sync(): Promise<void> {
    return this.draft.sync();
  }

  /** Ends the writing; settles when nothing more is written. The draft is closed after that, which nobody waits for. */
  async close(): Promise<void> {
    if (!this.isOpen) return;
    this.isOpen = false;
    writers -= 1;
    await this.writing;
    await this.syncing;
    this.draft.close().catch(() => undefined); // what matters was synced
  }

  /** Hands the batch over; settles when the one before it is written. */
  private async beginWriting(): Promise<void> {
    const { batch, writing: previous } = this;
    this.batch = [];
    this.batchBytes = 0;
    this.writing = this.writeAfter(previous, batch);
    await previous;
    if (this.failure) throw this.failure;
  }

  private async writeAfter(previous: Promise<void> | undefined, batch: readonly Uint8Array[]): Promise<void> {
    await previous;
    if (this.failure) return;
    try {
      await this.draft.append(batch);
      releaseMemory(batch);
      this.syncing ??= this.syncBehind();
    } catch (error) {
      this.failure = error; // met by whoever brings more, or flushes
    }
  }

  /** Begins to sync what was written, if that is enough to be worth it. Never rejects. */
  private syncBehind(): Promise<void> | undefined {
    const { sizeBytes } = this.draft;
    if (sizeBytes - this.syncedBytes < SYNC_BEHIND_BYTES) return undefined;
    this.syncedBytes = sizeBytes;
    return this.draft
      .sync()
      .catch((error: unknown) => void (this.failure ??= error))
      .finally(() => (this.syncing = undefined));
  }
}

function batchLimit(): number {
  return Math.max(SMALLEST_BATCH_BYTES, Math.min(LARGEST_BATCH_BYTES, ALL_BATCHES_BYTES / writers));
}
