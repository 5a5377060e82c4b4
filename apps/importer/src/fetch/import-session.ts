import { clientDefaults, exactReference, isDigest, repositoryPath, type DockerImageReference } from '@faktorz/domain';
import type { Keyring, RegistryClient } from '@faktorz/registry-client';
import type { FetchTools } from './fetch-tools.js';
import { RepositoryFetch } from './repository-fetch.js';

/** What is not fetched when `signal` aborts, after `ms`, has failed; the rest stands. */
export interface TimeLimit {
  signal: AbortSignal;
  ms: number;
}

/**
 * One import's view of the registries: one client per registry and one fetch per repository, shared by all its items.
 * The first item of a repository decides whether it is treated as insecure.
 */
export class ImportSession {
  private readonly clients = new Map<string, RegistryClient>();
  private readonly repositories = new Map<string, RepositoryFetch>();
  private readonly fetching: AbortSignal;

  constructor(
    private readonly tools: FetchTools,
    private readonly keyring: Keyring,
    private readonly signal: AbortSignal,
    private readonly limit?: TimeLimit,
  ) {
    this.fetching = limit ? AbortSignal.any([signal, limit.signal]) : signal;
  }

  /** Why a fetch failed; throws when the import as a whole was called off. */
  causeOf(error: unknown): unknown {
    this.signal.throwIfAborted();
    return this.limit?.signal.aborted ? new Error(`no complete answer within ${this.limit.ms / 1000} s`) : error;
  }

  /** The repository of a reference, docker hub's defaults applied. */
  repository(reference: DockerImageReference, insecure: boolean): RepositoryFetch {
    const { registry, ...rest } = clientDefaults(reference);
    const path = repositoryPath({ registry, ...rest });
    const key = `${registry}/${path}`;
    let repository = this.repositories.get(key);
    if (!repository) {
      repository = new RepositoryFetch(
        registry,
        this.client(registry, insecure).repository(path),
        this.tools,
        this.fetching,
      );
      this.repositories.set(key, repository);
    }
    return repository;
  }

  private client(registry: string, insecure: boolean): RegistryClient {
    const key = `${registry} ${insecure}`;
    let client = this.clients.get(key);
    if (!client) {
      client = this.tools.registries.client(registry, { insecure, keyring: this.keyring });
      this.clients.set(key, client);
    }
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
