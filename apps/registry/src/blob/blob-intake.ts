import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { requireAlgorithm } from '../oci/blob-digest.js';
import { digestMismatch } from '../oci/refusals.js';
import type { RepositoryName } from '../oci/repository-name.js';
import { BlobStorage, type StoredBlob } from '../storage/blob-storage.js';
import { BlobWriter, finishHash, newHash } from '../storage/blob-writer.js';
import { BlobStore } from './blob.store.js';

/** A blob that comes in one go, whose digest was said beforehand. */
export interface IncomingBlob {
  readonly writer: BlobWriter;
  /** Opens what has been written, to be read while more comes; close it. */
  openWritten(): Promise<StoredBlob>;
  /** Checks the digest and makes it a blob of the repository. Throws DIGEST_INVALID, and then nothing is left of it. */
  commit(): Promise<void>;
  /** Ends it without a trace, unless it was committed. */
  [Symbol.asyncDispose](): Promise<void>;
}

export interface IntakeOptions {
  /** Kept only because somebody pulled it through. */
  isMirrored?: boolean;
}

/** Takes in blobs that need no upload session: single POSTs, and what is pulled through. */
@Injectable()
export class BlobIntake {
  constructor(
    private readonly storage: BlobStorage,
    private readonly blobs: BlobStore,
  ) {}

  /** Begins. Throws DIGEST_INVALID for a digest of an unknown algorithm. Dispose of it whatever happens. */
  async begin(repository: RepositoryName, digest: string, { isMirrored }: IntakeOptions = {}): Promise<IncomingBlob> {
    const algorithm = requireAlgorithm(digest);
    const draftId = randomUUID();
    const running = newHash(algorithm);
    const writer = new BlobWriter(await this.storage.openDraft(draftId, 0), running);
    return {
      writer,
      openWritten: () => this.storage.openWritten(draftId),
      commit: async () => {
        await writer.finish();
        const found = finishHash(running);
        if (found !== digest) throw digestMismatch(digest, found);
        await writer.sync();
        await writer.close();
        await this.blobs.publish({ repository, draftId, digest, sizeBytes: writer.sizeBytes, isMirrored });
      },
      [Symbol.asyncDispose]: async () => {
        await writer.close();
        await this.storage.removeDraft(draftId);
      },
    };
  }
}
