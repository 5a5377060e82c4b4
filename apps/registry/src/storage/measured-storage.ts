import type { RegistryMetrics } from '../metrics/registry-metrics.js';
import { BlobStorage, type Draft, type StoredBlob } from './blob-storage.js';

/** A storage whose work is timed. Reads of open blobs are not: there are too many, and the requests they serve are. */
export class MeasuredStorage<S extends BlobStorage & { onApplicationShutdown(): Promise<void> }> extends BlobStorage {
  constructor(
    private readonly storage: S,
    private readonly metrics: RegistryMetrics,
  ) {
    super();
  }

  /** Called by Nest. */
  onApplicationShutdown(): Promise<void> {
    return this.storage.onApplicationShutdown();
  }

  async openDraft(id: string, sizeBytes: number): Promise<Draft> {
    const draft = await this.metrics.storage('openDraft', () => this.storage.openDraft(id, sizeBytes));
    return new MeasuredDraft(draft, this.metrics);
  }

  openWritten(id: string): Promise<StoredBlob> {
    return this.metrics.storage('openWritten', () => this.storage.openWritten(id));
  }

  forkDraft(id: string, newId: string): Promise<void> {
    return this.metrics.storage('forkDraft', () => this.storage.forkDraft(id, newId));
  }

  publish(id: string, digest: string): Promise<void> {
    return this.metrics.storage('publish', () => this.storage.publish(id, digest));
  }

  removeDraft(id: string): Promise<void> {
    return this.metrics.storage('removeDraft', () => this.storage.removeDraft(id));
  }

  draftsUntouchedSince(time: Date): Promise<string[]> {
    return this.metrics.storage('draftsUntouchedSince', () => this.storage.draftsUntouchedSince(time));
  }

  open(digest: string): Promise<StoredBlob | undefined> {
    return this.metrics.storage('open', () => this.storage.open(digest));
  }

  remove(digest: string): Promise<boolean> {
    return this.metrics.storage('remove', () => this.storage.remove(digest));
  }

  digests(): AsyncIterable<string> {
    return this.storage.digests();
  }
}

class MeasuredDraft implements Draft {
  constructor(
    private readonly draft: Draft,
    private readonly metrics: RegistryMetrics,
  ) {}

  get sizeBytes(): number {
    return this.draft.sizeBytes;
  }

  append(chunks: readonly Uint8Array[]): Promise<void> {
    return this.metrics.storage('append', () => this.draft.append(chunks));
  }

  chunks(): AsyncIterable<Uint8Array> {
    return this.draft.chunks();
  }

  sync(): Promise<void> {
    return this.metrics.storage('sync', () => this.draft.sync());
  }

  close(): Promise<void> {
    return this.draft.close();
  }
}
