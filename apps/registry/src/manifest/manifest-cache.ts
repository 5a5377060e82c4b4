/** A manifest as it was pushed. */
export interface StoredManifest {
  readonly mediaType: string;
  readonly bytes: Buffer;
}

const BYTES_KEPT = 32 * 1024 * 1024;

/** Manifests lately asked for, by digest: what a digest names never changes. */
export class ManifestCache {
  private readonly kept = new Map<string, StoredManifest>();
  private keptBytes = 0;

  get(digest: string): StoredManifest | undefined {
    const found = this.kept.get(digest);
    if (found) {
      this.kept.delete(digest);
      this.kept.set(digest, found);
    }
    return found;
  }

  set(digest: string, manifest: StoredManifest): void {
    this.delete(digest);
    this.kept.set(digest, manifest);
    this.keptBytes += manifest.bytes.length;
    for (const [oldest] of this.kept) {
      if (this.keptBytes <= BYTES_KEPT) return;
      this.delete(oldest);
    }
  }

  delete(digest: string): void {
    const found = this.kept.get(digest);
    if (!found) return;
    this.kept.delete(digest);
    this.keptBytes -= found.bytes.length;
  }
}
