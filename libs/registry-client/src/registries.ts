import type { Dispatcher } from 'undici';
import { TokenStore } from './auth/token-store.js';
import type { Keyring } from './keyring/credential.js';
import { EMPTY_KEYRING } from './keyring/credential.js';
import { createOutboundAgent } from './outbound/outbound-agent.js';
import type { OutboundPolicy } from './outbound/outbound-policy.js';
import type { TrustByHost } from './policy/host-trust.js';
import { RegistryClient } from './registry-client.js';
import type { RegistryAnswer } from './registry-connection.js';
import { EndpointStore } from './transport/endpoint-store.js';
import { Exchanger } from './transport/exchange.js';
import { DEFAULT_LIMITS, type RegistryLimits } from './transport/limits.js';
import type { RateLimit } from './transport/rate-limit.js';
import { DEFAULT_RETRY, type RetryPolicy } from './transport/retry.js';

export interface RegistriesOptions {
  policy: OutboundPolicy;
  /** PEM certificates trusted beside the system's. */
  certificateAuthorities?: readonly string[];
  /** What counts for single registries only (see `RegistryRules.trust`); `setTrust` changes it. */
  trust?: TrustByHost;
  limits?: Partial<RegistryLimits>;
  retry?: Partial<RetryPolicy>;
  /** Default `faktorz`. */
  userAgent?: string;
  /** Told of every rate limit header, by registry as the caller named it. */
  onRateLimit?(registry: string, rateLimit: RateLimit): void;
}

export interface RegistryAccess {
  /** Accept any certificate, and plain HTTP where HTTPS does not work. Default false. */
  insecure?: boolean;
  keyring?: Keyring;
  /** Other than `RegistriesOptions.retry` says. */
  retry?: Partial<RetryPolicy>;
  /** Told of every answer to a request for content, also of those that become errors or are repeated. */
  onAnswer?(answer: RegistryAnswer): void;
}

/** Connections of former trust are cut after so long: by then every import that began on them is over. */
const RETIRED_MS = 20 * 60_000;

/**
 * All that one process keeps about outside registries: connections, where and how each registry answers, tokens.
 * Lives as long as the process; close it at the end.
 */
export class Registries {
  private readonly agents = new Set<Dispatcher>();
  private readonly limits: RegistryLimits;
  private readonly endpoints = new EndpointStore();
  private readonly tokens = new TokenStore();
  private readonly retry: RetryPolicy;
  private exchangers: { verified: Exchanger; unverified: Exchanger };

  constructor(private readonly options: RegistriesOptions) {
    this.limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.retry = { ...DEFAULT_RETRY, ...options.retry };
    this.exchangers = this.exchangersWith(options.trust);
  }

  /** Other certificates count from now on: for every client made after this. */
  setTrust(trust: TrustByHost): void {
    const retired = [...this.agents];
    this.exchangers = this.exchangersWith(trust);
    this.endpoints.clear();
    setTimeout(() => retired.forEach((agent) => void this.cut(agent)), RETIRED_MS).unref();
  }

  /**
   * A client for one registry, named as in an image reference (`docker.io`, `quay.io`, `registry.local:5000`). Make one
   * per import: what it learns of the registry's failures (not of its successes) is forgotten with it.
   */
  client(registry: string, access: RegistryAccess = {}): RegistryClient {
    const insecure = access.insecure ?? false;
    return new RegistryClient(registry, {
      insecure,
      keyring: access.keyring ?? EMPTY_KEYRING,
      exchanger: insecure ? this.exchangers.unverified : this.exchangers.verified,
      endpoints: this.endpoints,
      tokens: this.tokens,
      retry: { ...this.retry, ...access.retry },
      onAnswer: (answer) => {
        if (answer.rateLimit) this.options.onRateLimit?.(registry, answer.rateLimit);
        access.onAnswer?.(answer);
      },
    });
  }

  /** Cuts all connections. */
  async close(): Promise<void> {
    await Promise.all([...this.agents].map((agent) => this.cut(agent)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  private exchangersWith(trust: TrustByHost | undefined): { verified: Exchanger; unverified: Exchanger } {
    const { policy, certificateAuthorities, userAgent = 'faktorz' } = this.options;
    const exchanger = (skipVerification: boolean): Exchanger => {
      const connectTimeoutMs = this.limits.connectMs;
      const agent = createOutboundAgent({ policy, certificateAuthorities, trust, skipVerification, connectTimeoutMs });
      this.agents.add(agent);
      return new Exchanger(agent, this.limits, userAgent);
    };
    return { verified: exchanger(false), unverified: exchanger(true) };
  }

  private async cut(agent: Dispatcher): Promise<void> {
    this.agents.delete(agent);
    await agent.destroy();
  }
}
