import { fromFirst } from '@faktorz/registry-client';
import type { AccountKey } from '../registry-account/account-key.js';
import type { FetchedContent, RepositoryFetch } from './repository-fetch.js';

/** A repository wherever it can be had: its mirrors in order, then the source itself. Failures as in `fromFirst`. */
export class SourcedRepository {
  constructor(
    private readonly sources: readonly RepositoryFetch[],
    private readonly signal: AbortSignal,
  ) {}

  /** Whom the first place that is asked counts our requests to. */
  get account(): AccountKey | undefined {
    return this.sources[0]?.account;
  }

  /** A manifest by tag or digest, with its config from the same place. */
  content(reference: string): Promise<FetchedContent> {
    return fromFirst(this.sources, (source) => source.content(reference), this.signal);
  }

  /** The digest a tag stands for now, by one HEAD; undefined when the registry does not say. */
  currentDigest(tag: string): Promise<string | undefined> {
    return fromFirst(this.sources, (source) => source.currentDigest(tag), this.signal);
  }

  /** All tags, in the registry's order. */
  tags(): Promise<string[]> {
    return fromFirst(this.sources, (source) => source.tags(), this.signal);
  }
}
