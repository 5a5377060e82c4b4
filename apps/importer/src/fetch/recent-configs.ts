/**
 * Image configurations fetched lately, by repository and digest: a tag that is imported again needs only its manifest.
 * Whoever asks has just been given that manifest by the same repository, so nothing is shown to those who may not see it.
 */
export class RecentConfigs {
  private readonly held = new Map<string, Buffer>();
  private heldBytes = 0;

  constructor(private readonly mostBytes = 8 * 1024 * 1024) {}

  /** The configuration, or what `fetch` brings. */
  async get(repository: string, digest: string, fetch: () => Promise<Buffer>): Promise<Buffer> {
    const key = `${repository}@${digest}`;
    const known = this.held.get(key);
    const config = known ?? (await fetch());
    this.keep(key, config);
    return config;
  }

  private keep(key: string, config: Buffer): void {
    const before = this.held.get(key);
    this.held.delete(key);
    this.heldBytes -= before?.length ?? 0;
    if (config.length > this.mostBytes / 16) return;
    this.held.set(key, config);
    this.heldBytes += config.length;
    for (const [oldest, bytes] of this.held) {
      if (this.heldBytes <= this.mostBytes) break;
      this.held.delete(oldest);
      this.heldBytes -= bytes.length;
    }
  }
}
