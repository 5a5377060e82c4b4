import { clientDefaults, exactReference, isDigest, type DockerImageReference } from '@faktorz/domain';
import type { Keyring, PullSource, RegistryClient, RegistryRules, RetryPolicy } from '@faktorz/registry-client';
import { countedRegistry } from '../registry-account/account-key.js';
import type { FetchTools } from './fetch-tools.js';
import { RegistryNotAllowed } from './registry-not-allowed.js';
import { RepositoryFetch } from './repository-fetch.js';
import { SourcedRepository } from './sourced-repository.js';

/** What is not fetched when `signal` aborts, after `ms`, has failed; the rest stands. */
export interface TimeLimit {
  signal: AbortSignal;
  ms: number;
}

export interface SessionOptions {
  keyring: Keyring;
  signal: AbortSignal;
  limit?: TimeLimit;
  /** Is the operator's list of allowed registries still to be looked at? A request's was when it was validated. */
  checksAllowList?: boolean;
  retry?: Partial<RetryPolicy>;
}

/**
 * One import's view of the registries: one client per registry and one fetch per repository, shared by all its items.
 * The first item of a repository decides whether it is treated as insecure, and the policy of its beginning holds to its end.
 */
export class ImportSession {
  private readonly rules: RegistryRules;
  private readonly clients = new Map<string, RegistryClient>();
  private readonly repositories = new Map<string, SourcedRepository>();
  private readonly fetching: AbortSignal;

  constructor(
    private readonly tools: FetchTools,
    private readonly options: SessionOptions,
  ) {
    const { signal, limit } = options;
    this.rules = tools.policy.current;
    this.fetching = limit ? AbortSignal.any([signal, limit.signal]) : signal;
  }

  /** Why a fetch failed; throws when the import as a whole was called off. */
  causeOf(error: unknown): unknown {
    const { signal, limit } = this.options;
    signal.throwIfAborted();
    return limit?.signal.aborted ? new Error(`no complete answer within ${limit.ms / 1000} s`) : error;
  }

  /** The repository of a reference with all its mirrors. Throws `RegistryBlocked` and `RegistryNotAllowed`. */
  repository(reference: DockerImageReference, insecure: boolean): SourcedRepository {
    if (this.options.checksAllowList) {
      const refusal = this.rules.importRefusal(reference, insecure);
      if (refusal !== undefined) throw new RegistryNotAllowed(refusal);
    }
    const sources = this.rules.pullSources(reference, insecure);
    // Tags and digests of a repository may have different mirrors.
    const key = sources.map(({ registry, repository }) => `${registry}/${repository}`).join(' ');
    const known = this.repositories.get(key);
    if (known) return known;
    const fetches = sources.map((source) => this.fetchFrom(source));
    const repository = new SourcedRepository(fetches, this.fetching);
    this.repositories.set(key, repository);
    return repository;
  }

  private fetchFrom(source: PullSource): RepositoryFetch {
    const repository = this.client(source).repository(source.repository);
    return new RepositoryFetch(source.registry, repository, this.tools, this.fetching);
  }

  private client({ registry, insecure }: PullSource): RegistryClient {
    const key = `${registry} ${insecure}`;
    const known = this.clients.get(key);
    if (known) return known;
    const { keyring, retry } = this.options;
    const counted = countedRegistry(registry);
    const client = this.tools.registries.client(registry, {
      insecure,
      keyring,
      retry,
      onAnswer: (answer) => this.tools.accounts.answered(counted, answer),
    });
    this.clients.set(key, client);
    return client;
  }
}

/** What to ask the registry for: the digest if the reference has one, else the tag. */
export function manifestReference(reference: DockerImageReference): string {
  const { id, tag } = clientDefaults(reference);
  return id && isDigest(id) ? id : id || tag;
}

/** How messages name an image: completely, `docker.io/library/ruby:2.0`. */
export function normalizedText(reference: DockerImageReference): string {
  return exactReference(clientDefaults(reference));
}
