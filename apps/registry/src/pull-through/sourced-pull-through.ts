import { isDigest } from '@faktorz/domain';
import { fromFirst } from '@faktorz/registry-client';
import { Injectable } from '@nestjs/common';
import type { Caller } from '../access/registry-access.js';
import { serviceRefusal } from '../access/service-refusal.js';
import { ManifestStore } from '../manifest/manifest.store.js';
import { type ParsedManifest, parseManifest } from '../manifest/parse-manifest.js';
import { OciError } from '../oci/oci-error.js';
import { RegistryMetrics } from '../metrics/registry-metrics.js';
import type { RepositoryName } from '../oci/repository-name.js';
import { ImagePlaces } from '../stream/image-places.js';
import type { BlobDownload } from './blob-download.js';
import { BlobDownloads } from './blob-downloads.js';
import { BlobSources } from './blob-sources.js';
import { type FetchedManifest, PullThrough } from './pull-through.js';
import { manifestRefusal } from './upstream-refusal.js';
import { Upstreams } from './upstreams.js';

/** Fetches what a stream's images consist of from where they were imported from, with the credentials of its namespace. */
@Injectable()
export class SourcedPullThrough extends PullThrough {
  constructor(
    private readonly places: ImagePlaces,
    private readonly upstreams: Upstreams,
    private readonly manifests: ManifestStore,
    private readonly sources: BlobSources,
    private readonly downloads: BlobDownloads,
    private readonly metrics: RegistryMetrics,
  ) {
    super();
  }

  async manifest(
    repository: RepositoryName,
    digest: string,
    _caller: Caller,
    tag?: string,
  ): Promise<FetchedManifest | undefined> {
    const { place } = await this.places.find(repository, digest, tag).catch(serviceRefusal);
    if (!place) return undefined;
    const { dockerImageReference: reference, insecure } = place;
    try {
      const upstreams = await this.upstreams.of(repository.namespace, reference, insecure);
      if (upstreams.length === 0) return undefined;
      const { bytes, mediaType } = await fromFirst(upstreams, ({ registry, repository: source }) =>
        this.metrics.upstream(registry, 'getManifest', () => source.getManifest(digest)),
      );
      await this.keep(repository, digest, bytes, mediaType);
      return { bytes, mediaType };
    } catch (error) {
      throw manifestRefusal(error, reference);
    }
  }

  async blob(repository: RepositoryName, digest: string): Promise<BlobDownload | undefined> {
    const source = isDigest(digest) ? await this.sources.find(repository, digest).catch(serviceRefusal) : undefined;
    return source && this.downloads.of(repository, digest, source.upstream, source.sizeBytes);
  }

  async blobSize(repository: RepositoryName, digest: string): Promise<number | undefined> {
    const source = isDigest(digest) ? await this.sources.find(repository, digest).catch(serviceRefusal) : undefined;
    return source?.sizeBytes;
  }

  async mirror(repository: RepositoryName, digest: string): Promise<number | undefined> {
    const download = await this.blob(repository, digest);
    if (!download) return undefined;
    await this.downloads.linked(repository, digest, download);
    return download.sizeBytes;
  }

  /** What no client could push (unsigned schema 1) is handed on, and fetched again the next time. */
  private async keep(repository: RepositoryName, digest: string, bytes: Buffer, mediaType: string): Promise<void> {
    const parsed = keepable(bytes, mediaType);
    if (parsed) await this.manifests.keep({ repository, digest, bytes, parsed, isMirrored: true });
  }
}

function keepable(bytes: Buffer, mediaType: string): ParsedManifest | undefined {
  try {
    return parseManifest(bytes, mediaType);
  } catch (error) {
    if (error instanceof OciError) return undefined;
    throw error;
  }
}
