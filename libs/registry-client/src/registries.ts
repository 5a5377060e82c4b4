import type { Dispatcher } from 'undici';
import { TokenStore } from './auth/token-store.js';
import type { Keyring } from './keyring/credential.js';
import { EMPTY_KEYRING } from './keyring/credential.js';
import { createOutboundAgent } from './outbound/outbound-agent.js';
import type { OutboundPolicy } from './outbound/outbound-policy.js';
import { RegistryClient } from './registry-client.js';
import { EndpointStore } from './transport/endpoint-store.js';
import { Exchanger } from './transport/exchange.js';
import { DEFAULT_LIMITS, type RegistryLimits } from './transport/limits.js';
import type { RateLimit } from './transport/rate-limit.js';
import { DEFAULT_RETRY, type RetryPolicy } from './transport/retry.js';

export interface RegistriesOptions {
  policy: OutboundPolicy;
  /** PEM certificates trusted beside the system's. */
  certificateAuthorities?: readonly string[];
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
}

/**
 * All that one process keeps about outside registries: connections, where and how each registry answers, tokens.
 * Lives as long as the process; close it at the end.
 */
export class Registries {
  private readonly agents: Dispatcher[];
  private readonly verified: Exchanger;
  private readonly unverified: Exchanger;
  private readonly endpoints = new EndpointStore();
  private readonly tokens = new TokenStore();
  private readonly retry: RetryPolicy;

  constructor(private readonly options: RegistriesOptions) {
    const limits = { ...DEFAULT_LIMITS, ...options.limits };
    const userAgent = options.userAgent ?? 'faktorz';
    this.retry = { ...DEFAULT_RETRY, ...options.retry };
    const { policy, certificateAuthorities } = options;
    const verified = createOutboundAgent({ policy, certificateAuthorities, connectTimeoutMs: limits.connectMs });
    const unverified = createOutboundAgent({ policy, skipVerification: true, connectTimeoutMs: limits.connectMs });
    this.agents = [verified, unverified];
    this.verified = new Exchanger(verified, limits, userAgent);
    this.unverified = new Exchanger(unverified, limits, userAgent);
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
      exchanger: insecure ? this.unverified : this.verified,
      endpoints: this.endpoints,
      tokens: this.tokens,
      retry: this.retry,
      onRateLimit: (rateLimit) => this.options.onRateLimit?.(registry, rateLimit),
    });
  }

  /** Cuts all connections. */
  async close(): Promise<void> {
    await Promise.all(this.agents.map((agent) => agent.destroy()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
