import type { IncomingMessage } from 'node:http';
import { Database, holdingClaim } from '@faktorz/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { BlobStore } from '../blob/blob.store.js';
import { BlobLimits } from '../limits/blob-limits.js';
import { algorithmOf, type DigestAlgorithm, requireAlgorithm } from '../oci/blob-digest.js';
import { OciError } from '../oci/oci-error.js';
import { digestMismatch } from '../oci/refusals.js';
import type { RegistryConfig } from '../registry.config.js';
import { REGISTRY_CONFIG } from '../registry.tokens.js';
import { BlobStorage, type Draft, StorageFull } from '../storage/blob-storage.js';
import { BlobWriter, finishHash, newHash, type RunningHash } from '../storage/blob-writer.js';
import { contentRangeOf } from './content-range.js';
import { ClientGone, receiveBody } from './receive-body.js';
import { UploadHashes } from './upload-hashes.js';
import {
  type ClaimedUpload,
  type Upload,
  UPLOAD_LEASE_SECONDS,
  UPLOAD_WORK,
  type UploadKey,
  UploadStore,
} from './upload.store.js';

const MEGABYTE = 1024 * 1024;

/** Uploads in pieces: each request claims the upload, writes at its end, and lets go. */
@Injectable()
export class Uploads {
  private readonly hashes = new UploadHashes();
  /** Blobs may not be larger. */
  readonly largestBytes: number;

  constructor(
    private readonly store: UploadStore,
    private readonly blobs: BlobStore,
    private readonly storage: BlobStorage,
    private readonly limits: BlobLimits,
    private readonly database: Database,
    @Inject(REGISTRY_CONFIG) config: RegistryConfig,
  ) {
    this.largestBytes = (config.FAKTORZ_REGISTRY_LARGEST_BLOB_MEGABYTES ?? Infinity) * MEGABYTE;
  }

  /** Appends a request's body. Resolves with the upload as it is then; what a client that goes away had sent is kept. */
  append(key: UploadKey, request: IncomingMessage): Promise<Upload> {
    return this.withClaim(key, async (upload, signal) => {
      const { sizeBytes, running } = await this.write(upload, request, signal);
      await this.store.release(upload, sizeBytes);
      if (running) this.hashes.keep(upload.draftId, sizeBytes, running);
      return { ...upload, offsetBytes: sizeBytes };
    });
  }

  /**
   * Appends the last bytes, if the request has any, and makes the upload a blob. Bytes of another digest end the upload and
   * throw DIGEST_INVALID; so does a digest of an unknown algorithm, which leaves the upload as it is. A blob larger than its
   * namespace allows ends the upload too: DENIED.
   */
  finish(key: UploadKey, request: IncomingMessage, digest: string): Promise<void> {
    const algorithm = requireAlgorithm(digest);
    return this.withClaim(key, async (claimed, signal) => {
      // Before the first byte the algorithm is open: better hash by the one that is asked for in the end.
      const upload = claimed.offsetBytes === 0 ? { ...claimed, algorithm } : claimed;
      const { sizeBytes, running } = await this.write(upload, request, signal, (draft) => draft.sync());
      const found = await this.digestOf(upload, sizeBytes, algorithm, running);
      if (found !== digest) {
        await this.drop(upload);
        throw digestMismatch(digest, found);
      }
      await this.checkLimits(upload, sizeBytes);
      await this.blobs.publish({
        repository: upload.repository,
        draftId: upload.draftId,
        digest,
        sizeBytes,
        alongside: this.store.ending(upload),
      });
    });
  }

  /** Ends an upload without a trace. Throws BLOB_UPLOAD_UNKNOWN. */
  async cancel(key: UploadKey): Promise<void> {
    await this.drop(await this.store.read(key));
  }

  private async withClaim<T>(
    key: UploadKey,
    work: (upload: ClaimedUpload, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const upload = await this.store.claim(key);
    if (upload.previousDraftId !== undefined) await this.storage.forkDraft(upload.previousDraftId, upload.draftId);
    return holdingClaim(this.database, UPLOAD_WORK, upload, UPLOAD_LEASE_SECONDS, (signal) => work(upload, signal));
  }

  /**
   * Writes a body to the draft. The hash is that of the whole draft, when this process knows it. A failure leaves the
   * upload as it was, or as far as the client came, or, where there is no room for it, removed.
   */
  private async write(
    upload: ClaimedUpload,
    request: IncomingMessage,
    signal: AbortSignal,
    finish?: (draft: Draft) => Promise<void>,
  ): Promise<{ sizeBytes: number; running: RunningHash | undefined }> {
    const { draftId, offsetBytes } = upload;
    const running =
      this.hashes.take(draftId, offsetBytes) ?? (offsetBytes === 0 ? newHash(upload.algorithm) : undefined);
    const before = running && { ...running, hash: running.hash.copy() };
    const restore = async (): Promise<void> => {
      if (before) this.hashes.keep(draftId, offsetBytes, before);
      await this.store.release(upload, offsetBytes);
    };
    const range = contentRangeOf(request.headers['content-range']);
    if (range === 'invalid' || (range && range.start !== offsetBytes)) {
      await restore();
      throw outOfOrder(upload);
    }
    const draft = await this.storage.openDraft(draftId, offsetBytes);
    const writer = new BlobWriter(draft, running);
    try {
      if (draft.sizeBytes < offsetBytes) return await this.lost(upload, draft.sizeBytes);
      const expectedBytes = range && range.end - range.start + 1;
      await receiveBody(request, writer, { expectedBytes, largestBytes: this.largestBytes, signal });
      await writer.finish();
      await finish?.(draft);
      return { sizeBytes: writer.sizeBytes, running };
    } catch (error) {
      if (error instanceof ClientGone) await this.keepWhatCame(upload, writer, running);
      else if (error instanceof StorageFull || isTooLarge(error)) await this.drop(upload);
      else await restore();
      throw error instanceof StorageFull ? noRoom(error) : error;
    } finally {
      await writer.close();
    }
  }

  private async keepWhatCame(
    upload: ClaimedUpload,
    writer: BlobWriter,
    running: RunningHash | undefined,
  ): Promise<void> {
    await writer.finish();
    if (running) this.hashes.keep(upload.draftId, writer.sizeBytes, running);
    await this.store.release(upload, writer.sizeBytes);
  }

  /** A power failure took bytes that were never synced: the client goes on from where they end. */
  private async lost(upload: ClaimedUpload, sizeBytes: number): Promise<never> {
    await this.store.release(upload, sizeBytes);
    throw outOfOrder({ ...upload, offsetBytes: sizeBytes });
  }

  /** Known already, or read from the draft: when it was written in several processes, or by another algorithm. */
  private async digestOf(
    { draftId }: Upload,
    sizeBytes: number,
    algorithm: DigestAlgorithm,
    running: RunningHash | undefined,
  ): Promise<string> {
    if (running?.algorithm === algorithm) return finishHash(running);
    const draft = await this.storage.openDraft(draftId, sizeBytes);
    try {
      const reread = newHash(algorithm);
      for await (const chunk of draft.chunks()) reread.hash.update(chunk);
      return finishHash(reread);
    } finally {
      await draft.close();
    }
  }

  private async checkLimits(upload: ClaimedUpload, sizeBytes: number): Promise<void> {
    try {
      await this.limits.check(upload.repository, sizeBytes);
    } catch (error) {
      await this.drop(upload);
      throw error;
    }
  }

  private async drop({ id, draftId }: Upload): Promise<void> {
    this.hashes.forget(draftId);
    await this.store.remove(id);
    await this.storage.removeDraft(draftId);
  }
}

/** `Range` of what an upload has; the specification has no word for nothing. */
export function rangeOf({ offsetBytes }: Upload): string {
  return `0-${Math.max(0, offsetBytes - 1)}`;
}

/** The algorithm an upload is hashed by while it comes: that of the digest it was announced with, or the usual one. */
export function uploadAlgorithm(announced: string | null): DigestAlgorithm {
  return (announced !== null && algorithmOf(announced)) || 'sha256';
}

function outOfOrder(upload: Upload): OciError {
  return new OciError('RANGE_INVALID', 'the chunk does not begin where the upload ends', {
    detail: { offsetBytes: upload.offsetBytes },
    headers: { Range: rangeOf(upload), 'Docker-Upload-UUID': upload.id },
  });
}

function isTooLarge(error: unknown): boolean {
  return error instanceof OciError && error.status === 413;
}

/** What an upload meets when the disk is full. */
export function noRoom(cause: StorageFull): OciError {
  return new OciError('UNAVAILABLE', 'the registry has no room for this upload', { status: 507, cause });
}
