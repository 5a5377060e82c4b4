import { digestedBytes } from '@faktorz/registry-client';
import { Injectable } from '@nestjs/common';
import type { Caller } from '../access/registry-access.js';
import { BlobStore } from '../blob/blob.store.js';
import { VisibleBlobs } from '../blob/visible-blobs.js';
import { digestOf, requireAlgorithm } from '../oci/blob-digest.js';
import { OciError } from '../oci/oci-error.js';
import { digestMismatch, manifestInvalid } from '../oci/refusals.js';
import type { RepositoryName } from '../oci/repository-name.js';
import { PullThrough } from '../pull-through/pull-through.js';
import { BlobStorage } from '../storage/blob-storage.js';
import { RepositoryStreams } from '../stream/repository-streams.js';
import { ManifestStore } from './manifest.store.js';
import { type NamedBlob, mediaTypeIn, parseManifest, type ParsedManifest } from './parse-manifest.js';

/** A manifest as a client sends it. */
export interface ManifestPush {
  readonly repository: RepositoryName;
  readonly bytes: Buffer;
  readonly contentType: string;
  /** Said by the client; the usual algorithm otherwise. */
  readonly digest: string | undefined;
  readonly tags: readonly string[];
}

/** The digest it got, and the manifest it says something about. */
export interface AcceptedPush {
  readonly digest: string;
  readonly subject: string | undefined;
}

/** Larger configurations are no image's. */
const LARGEST_CONFIG_BYTES = 4 * 1024 * 1024;

/** Takes a manifest in: checks it and all it names, stores it, and has the stream record it before anybody is told. */
@Injectable()
export class ManifestPushes {
  constructor(
    private readonly manifests: ManifestStore,
    private readonly visibleBlobs: VisibleBlobs,
    private readonly blobs: BlobStore,
    private readonly pullThrough: PullThrough,
    private readonly streams: RepositoryStreams,
    private readonly storage: BlobStorage,
  ) {}

  /** Throws DIGEST_INVALID, MANIFEST_INVALID, MANIFEST_UNVERIFIED, MANIFEST_BLOB_UNKNOWN, and what the stream refuses. */
  async accept(push: ManifestPush, caller: Caller): Promise<AcceptedPush> {
    const { repository, bytes, tags } = push;
    const algorithm = push.digest === undefined ? 'sha256' : requireAlgorithm(push.digest);
    const digest = digestOf(digestedBytes(mediaTypeIn(push.contentType), bytes), algorithm);
    if (push.digest !== undefined && push.digest !== digest) throw digestMismatch(push.digest, digest);
    const parsed = parseManifest(bytes, push.contentType);
    const layerSizes = await this.checkBlobs(repository, parsed.blobs, caller);
    const config = await this.configOf(parsed);
    const isNew = await this.manifests.keep({ repository, digest, bytes, parsed });
    const { mediaType } = parsed;
    try {
      await this.claimBlobs(repository, parsed.blobs);
      await this.streams.recordPush(
        { repository, tags, digest, mediaType, manifest: bytes, layerSizes, ...(config && { config }) },
        caller,
      );
    } catch (error) {
      // One that could not be recorded in time may have been recorded all the same.
      const isRefused = error instanceof OciError && error.status < 500;
      if (isNew && isRefused) await this.manifests.unlink(repository, digest);
      throw error;
    }
    return { digest, subject: parsed.subject };
  }

  /** Their sizes by digest. Ends at the first that is missing: a manifest may name tens of thousands. */
  private async checkBlobs(
    repository: RepositoryName,
    blobs: readonly NamedBlob[],
    caller: Caller,
  ): Promise<ReadonlyMap<string, number>> {
    const sizes = await this.blobs.linkedSizes(repository, distinctDigests(blobs));
    for (const { digest, size } of blobs) {
      const actual =
        sizes.get(digest) ??
        (await this.visibleBlobs.size(repository, digest, caller)) ??
        (await this.pullThrough.mirror(repository, digest, caller));
      if (actual === undefined) {
        throw new OciError('MANIFEST_BLOB_UNKNOWN', 'blob unknown to registry', { detail: digest });
      }
      if (size !== undefined && actual !== size)
        throw manifestInvalid('a size is wrong', { digest, size, actualSize: actual });
      sizes.set(digest, actual);
    }
    return sizes;
  }

  /** From now on the repository needs them, even those it had only mirrored. */
  private async claimBlobs(repository: RepositoryName, blobs: readonly NamedBlob[]): Promise<void> {
    const missing = await this.blobs.claim(repository, distinctDigests(blobs));
    if (missing.length > 0)
      throw new OciError('MANIFEST_BLOB_UNKNOWN', 'blob unknown to registry', { detail: missing[0] });
  }

  /** The configuration of an image, where its bytes are here. */
  private async configOf({ imageConfig }: ParsedManifest): Promise<Buffer | undefined> {
    if (!imageConfig || imageConfig.size > LARGEST_CONFIG_BYTES) return undefined;
    const blob = await this.storage.open(imageConfig.digest);
    if (!blob) return undefined;
    try {
      const bytes = Buffer.allocUnsafe(blob.sizeBytes);
      for (let position = 0; position < bytes.length;) {
        const bytesRead = await blob.read(bytes.subarray(position), position);
        if (bytesRead === 0) return undefined;
        position += bytesRead;
      }
      return bytes;
    } finally {
      await blob.close();
    }
  }
}

function distinctDigests(blobs: readonly NamedBlob[]): string[] {
  return [...new Set(blobs.map(({ digest }) => digest))];
}
