import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { BlobIntake } from '../blob/blob-intake.js';
import { BlobStore } from '../blob/blob.store.js';
import { RegistryMetrics } from '../metrics/registry-metrics.js';
import { nameOf, type RepositoryName } from '../oci/repository-name.js';
import { BlobDownload } from './blob-download.js';
import type { Upstream } from './upstreams.js';

interface Running {
  download: BlobDownload;
  /** That will show the blob once it is here. */
  repositories: Map<string, RepositoryName>;
}

/**
 * The downloads under way in this process, one for each blob of an upstream. Repositories share one only when each of
 * them was told by this same upstream, with its own credentials, that it may have the blob: that a blob is here already,
 * or on its way from elsewhere, is no proof that somebody may see it. Replicas may download the same blob; the store
 * keeps it once.
 */
@Injectable()
export class BlobDownloads implements OnApplicationShutdown {
  private readonly logger = new Logger(BlobDownloads.name);
  private readonly running = new Map<string, Running>();

  constructor(
    private readonly intake: BlobIntake,
    private readonly blobs: BlobStore,
    private readonly metrics: RegistryMetrics,
  ) {}

  /** Begins the download, or joins the one under way. One of unknown size resolves only when all of it is here. */
  async of(
    repository: RepositoryName,
    digest: string,
    upstream: Upstream,
    sizeBytes: number | undefined,
  ): Promise<BlobDownload> {
    const download = this.join(repository, digest, upstream, sizeBytes);
    if (sizeBytes === undefined) await download.done;
    return download;
  }

  private join(
    repository: RepositoryName,
    digest: string,
    upstream: Upstream,
    sizeBytes: number | undefined,
  ): BlobDownload {
    const key = `${upstream.id}@${digest}`;
    const known = this.running.get(key);
    if (known) {
      known.repositories.set(nameOf(repository), repository);
      return known.download;
    }
    const begin = () => this.intake.begin(repository, digest, { isMirrored: true });
    const download = new BlobDownload(digest, sizeBytes, upstream.repository, begin);
    const running = { download, repositories: new Map([[nameOf(repository), repository]]) };
    this.running.set(key, running);
    const measured = this.metrics.upstream(upstream.registry, 'getBlob', () => download.done);
    void this.finish(key, digest, running, measured);
    return download;
  }

  /** Waits for a download, and sees to it that the repository shows the blob. Rejects as the download does. */
  async linked(repository: RepositoryName, digest: string, download: BlobDownload): Promise<void> {
    await download.done;
    await this.blobs.link(repository, digest, true);
  }

  async onApplicationShutdown(): Promise<void> {
    const downloads = [...this.running.values()].map(({ download }) => download);
    for (const download of downloads) download.stop();
    await Promise.allSettled(downloads.map(({ done }) => done));
  }

  private async finish(key: string, digest: string, { repositories }: Running, done: Promise<void>): Promise<void> {
    try {
      await done;
      this.running.delete(key);
      for (const repository of repositories.values()) await this.blobs.link(repository, digest, true);
    } catch (error) {
      this.running.delete(key);
      this.logger.warn(`${key} could not be mirrored: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
