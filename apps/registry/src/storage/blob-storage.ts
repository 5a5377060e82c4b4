/** Bytes on their way to becoming a blob. Nobody sees them as one. One writer at a time: the caller sees to that. */
export interface Draft {
  /** Bytes written so far. */
  readonly sizeBytes: number;
  /** Writes at the end; the buffers may be reused when it resolves. Throws `StorageFull`. */
  append(chunks: readonly Uint8Array[]): Promise<void>;
  /** All bytes from the beginning, for a hash. A chunk is good until the next is asked for. */
  chunks(): AsyncIterable<Uint8Array>;
  /** Settles when the bytes survive a power failure. */
  sync(): Promise<void>;
  /** Ends this use of it; the bytes stay. */
  close(): Promise<void>;
}

/** An open blob. */
export interface StoredBlob {
  readonly sizeBytes: number;
  /** Fills the buffer from `position`; how many bytes there were. */
  read(buffer: Uint8Array, position: number): Promise<number>;
  close(): Promise<void>;
}

/** There is no room for more. */
export class StorageFull extends Error {}

/**
 * Where bytes lie, by digest. It knows no repository and no permission, and believes its caller that the bytes of a
 * draft have the digest under which they are published.
 */
export abstract class BlobStorage {
  /** Opens a draft, making it if need be, cut to `sizeBytes`; it may hold less (then its `sizeBytes` says so). */
  abstract openDraft(id: string, sizeBytes: number): Promise<Draft>;

  /** Opens what a draft has, for reading while more is written to it; stays good when it is published or removed. */
  abstract openWritten(id: string): Promise<StoredBlob>;

  /** Goes on with a draft under another id: whoever still has the old one open cannot harm the new one. */
  abstract forkDraft(id: string, newId: string): Promise<void>;

  /** Makes a synced draft the blob, in one step. When it resolves that survives a power failure. Repeatable. */
  abstract publish(id: string, digest: string): Promise<void>;

  /** Removes a draft; one that is not there is fine. */
  abstract removeDraft(id: string): Promise<void>;

  /** Drafts nobody wrote to since then. */
  abstract draftsUntouchedSince(time: Date): Promise<string[]>;

  /** Undefined when there is no such blob. */
  abstract open(digest: string): Promise<StoredBlob | undefined>;

  /** Removes the bytes; false when there were none. The caller has made sure that nothing needs them. */
  abstract remove(digest: string): Promise<boolean>;

  /** All blobs there are, in no order. */
  abstract digests(): AsyncIterable<string>;
}
