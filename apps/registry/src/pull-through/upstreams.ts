import { readFileSync } from 'node:fs';
import { parseImageReference } from '@faktorz/domain';
import { PullSecrets } from '@faktorz/pull-secrets';
import { Registries, type RegistryPolicyFile, type RepositoryClient } from '@faktorz/registry-client';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { RegistryConfig } from '../registry.config.js';
import { REGISTRY_CONFIG } from '../registry.tokens.js';
import { OwnHosts } from '../stream/own-hosts.js';

/** A repository elsewhere, as one namespace may ask it. */
export interface Upstream {
  /** Registry and path, and whether it is asked without verification: who is asked, apart from whose credentials. */
  readonly id: string;
  /** Its host, for figures. */
  readonly registry: string;
  readonly repository: RepositoryClient;
}

/** Somebody waits for the answer: little patience with registries that fail. */
const RETRY = {
  extraAttempts: 1,
  afterTimeoutMs: 200,
  afterServerErrorMs: 500,
  afterRateLimitMs: 500,
  longestWaitMs: 1000,
};

/** The process's connections to outside registries, as configured and as the operator's policy says. */
@Injectable()
export class Upstreams implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Registry policy');
  private readonly registries: Registries;
  private readonly policy: RegistryPolicyFile;

  constructor(
    private readonly secrets: PullSecrets,
    private readonly hosts: OwnHosts,
    @Inject(REGISTRY_CONFIG) config: RegistryConfig,
  ) {
    const { FAKTORZ_REGISTRY_CA_FILE: caFile } = config;
    this.policy = config.FAKTORZ_REGISTRY_POLICY_FILE;
    this.registries = new Registries({
      policy: config.FAKTORZ_OUTBOUND_ALLOWED,
      certificateAuthorities: caFile === undefined ? [] : [readFileSync(caFile, 'utf8')],
      trust: this.policy.current.trust,
      retry: RETRY,
      userAgent: 'faktorz-registry',
    });
  }

  onApplicationBootstrap(): void {
    this.policy.watch({
      onChange: ({ trust }) => {
        this.registries.setTrust(trust);
        this.logger.log('has changed and holds from now on');
      },
      onProblem: ({ message }) => this.logger.error(`has changed and cannot be used; the former one holds: ${message}`),
    });
  }

  async onApplicationShutdown(): Promise<void> {
    this.policy.close();
    await this.registries.close();
  }

  /**
   * Where to ask for an image by its digest: mirrors, then the source; never this registry itself. Throws
   * `RegistryBlocked`, `MalformedPullSecret`, or as asking auth for the credentials fails.
   */
  async of(namespace: string, reference: string, insecure: boolean): Promise<Upstream[]> {
    const sources = this.policy.current
      .pullSources(parseImageReference(reference), insecure)
      .filter(({ registry }) => !this.hosts.has(registry));
    if (sources.length === 0) return [];
    const keyring = await this.secrets.keyringOf(namespace);
    return sources.map((source) => {
      const client = this.registries.client(source.registry, { insecure: source.insecure, keyring });
      return {
        id: `${source.insecure ? 'insecure ' : ''}${source.registry}/${source.repository}`,
        registry: source.registry,
        repository: client.repository(source.repository),
      };
    });
  }
}
