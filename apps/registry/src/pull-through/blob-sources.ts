import { ListSources } from '@faktorz/domain';
import { Requests } from '@faktorz/messaging';
import { RateLimited } from '@faktorz/registry-client';
import { Injectable, Logger } from '@nestjs/common';
import { RegistryMetrics } from '../metrics/registry-metrics.js';
import type { RepositoryName } from '../oci/repository-name.js';
import { nameOf } from '../oci/repository-name.js';
import { tooManyRequests } from './upstream-refusal.js';
import { type Upstream, Upstreams } from './upstreams.js';

/** An upstream that has a blob, asked with the credentials of the repository's namespace. */
export interface BlobSource {
  readonly upstream: Upstream;
  /** Undefined when the upstream does not tell. */
  readonly sizeBytes: number | undefined;
}

const REMEMBERED = 10_000;

/** Finds out where a repository's blobs that are not here can be had. */
@Injectable()
export class BlobSources {
  private readonly logger = new Logger(BlobSources.name);
  /** Which of a stream's sources had the blob the last time. */
  private readonly lastFound = new Map<string, string>();

  constructor(
    private readonly requests: Requests,
    private readonly upstreams: Upstreams,
    private readonly metrics: RegistryMetrics,
  ) {}

  /** The first that has the blob; undefined when none has. Throws TOOMANYREQUESTS when one may have but would not say. */
  async find(repository: RepositoryName, digest: string): Promise<BlobSource | undefined> {
    const { sources } = await this.requests.ask(ListSources, repository);
    const key = `${nameOf(repository)}@${digest}`;
    const last = this.lastFound.get(key);
    this.metrics.noteSourceLookup(last !== undefined);
    let limited: RateLimited | undefined;
    for (const source of sources.sort((a, b) => Number(b.repository === last) - Number(a.repository === last))) {
      try {
        const found = await this.ask(repository, source, digest);
        if (!found) continue;
        this.remember(key, source.repository);
        return found;
      } catch (error) {
        if (error instanceof RateLimited) limited = error;
        this.logger.debug(`${source.repository}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    if (limited) throw tooManyRequests(limited);
    return undefined;
  }

  /** One source's mirrors, then the source; the last failure comes out when all fail. */
  private async ask(
    { namespace }: RepositoryName,
    source: { repository: string; insecure: boolean },
    digest: string,
  ): Promise<BlobSource | undefined> {
    const upstreams = await this.upstreams.of(namespace, `${source.repository}@${digest}`, source.insecure);
    let failure: unknown;
    for (const upstream of upstreams) {
      try {
        const { sizeBytes } = await this.metrics.upstream(upstream.registry, 'headBlob', () =>
          upstream.repository.headBlob(digest),
        );
        return { upstream, sizeBytes };
      } catch (error) {
        failure = error;
      }
    }
    if (failure) throw failure;
    return undefined;
  }

  private remember(key: string, repository: string): void {
    this.lastFound.delete(key);
    this.lastFound.set(key, repository);
    const oldest = this.lastFound.size > REMEMBERED ? this.lastFound.keys().next().value : undefined;
    if (oldest !== undefined) this.lastFound.delete(oldest);
  }
}
