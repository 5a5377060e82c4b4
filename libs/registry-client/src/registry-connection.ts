import { apiHost } from '@faktorz/domain';
import type { Authorization } from './auth/auth-scheme.js';
import { parseChallenges, type Challenge } from './auth/challenge.js';
import { schemeFor } from './auth/index.js';
import { TokenStore } from './auth/token-store.js';
import { NotARegistry, RateLimited, RegistryError, RegistryUnreachable } from './errors.js';
import type { Credential, Keyring } from './keyring/credential.js';
import type { Endpoint, EndpointStore } from './transport/endpoint-store.js';
import type { Exchanger } from './transport/exchange.js';
import { type RateLimit, readRateLimit, readRetryAfterMs } from './transport/rate-limit.js';
import type { RetryPolicy } from './transport/retry.js';
import { untilAborted } from './transport/until-aborted.js';

/** What an answer tells of the account it was given to. */
export interface RegistryAnswer {
  /** See `accountName`. */
  account: string;
  status: number;
  rateLimit?: RateLimit;
  /** How long the registry wants to be left alone. */
  retryAfterMs?: number;
}

/** What a `RegistryConnection` works with; made by `Registries`. */
export interface RegistryConnectionParts {
  insecure: boolean;
  keyring: Keyring;
  exchanger: Exchanger;
  endpoints: EndpointStore;
  tokens: TokenStore;
  retry: RetryPolicy;
  onAnswer(answer: RegistryAnswer): void;
}

/** An `Authorization` and the key under which it is held, to forget it when the registry refuses it. */
export interface HeldAuthorization extends Authorization {
  key: string;
}

/** The way to one registry, for as long as one import takes: where it is, and what to show there. */
export class RegistryConnection {
  private found: Promise<Endpoint> | undefined;

  constructor(
    /** As in image references: `docker.io`, `registry.local:5000`. */
    readonly registry: string,
    readonly parts: RegistryConnectionParts,
  ) {}

  /**
   * Finds out how the registry is reached: `GET /v2/` over https, and over http if the registry is marked insecure.
   * Asked once per connection; throws `NotARegistry`, `RegistryUnreachable`, `RegistryTimeout`, `RateLimited`, and the
   * signal's reason when that aborts first.
   */
  ping(signal?: AbortSignal): Promise<Endpoint> {
    this.found ??= this.findEndpoint();
    return untilAborted(this.found, signal);
  }

  /** What to show for this scope, in answer to these challenges. */
  async authorize(
    challenges: readonly Challenge[],
    scope: string,
    image: string,
    signal?: AbortSignal,
  ): Promise<HeldAuthorization | undefined> {
    const chosen = schemeFor(challenges);
    if (!chosen) return undefined;
    const { scheme, challenge } = chosen;
    const { base } = await this.ping(signal);
    const credential = this.parts.keyring.forImage(image);
    const credentialForRealm = (realm: URL): Credential | undefined =>
      realm.host === base.host ? credential : (this.parts.keyring.forRealm(realm, image) ?? credential);
    const { realm = '', service = '' } = challenge.parameters;
    const shownCredential = realm && URL.canParse(realm) ? credentialForRealm(new URL(realm)) : credential;
    const key = TokenStore.key(
      [base.origin, scheme.name, realm, service, scope, String(this.parts.insecure)],
      shownCredential,
    );
    const fetched = this.parts.tokens.get(key, () =>
      scheme.authorize(challenge, {
        url: base,
        credential,
        credentialForRealm,
        scope,
        insecure: this.parts.insecure,
        askTokenServer: async ({ url, headers, form }) => {
          const { exchanger } = this.parts;
          return exchanger.complete(
            {
              method: form ? 'POST' : 'GET',
              url,
              headers: form
                ? { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' }
                : { accept: 'application/json' },
              authorization: headers.authorization,
              body: form?.toString(),
              totalMs: exchanger.limits.totalMs,
              mayDowngrade: false,
            },
            exchanger.limits.tokenBytes,
          );
        },
      }),
    );
    return { ...(await untilAborted(fetched, signal)), key };
  }

  /** The registry did not answer where it was found before: look for it anew next time. */
  forgetEndpoint(): void {
    this.parts.endpoints.forget(this.endpointKey());
  }

  private endpointKey(): string {
    return `${this.parts.insecure ? 'insecure' : 'secure'} ${this.registry}`;
  }

  private async findEndpoint(): Promise<Endpoint> {
    const known = this.parts.endpoints.get(this.endpointKey());
    if (known) return known;
    const host = apiHost(this.registry);
    const endpoint = await this.pingOver('https', host).catch((error: unknown) => {
      if (this.parts.insecure && error instanceof RegistryError) return this.pingOver('http', host);
      throw error;
    });
    this.parts.endpoints.keep(this.endpointKey(), endpoint);
    return endpoint;
  }

  private async pingOver(protocol: 'https' | 'http', host: string): Promise<Endpoint> {
    const { exchanger } = this.parts;
    const url = endpointUrl(protocol, host);
    const { status, headers, end } = await exchanger.start({
      method: 'GET',
      url,
      headers: {},
      totalMs: exchanger.limits.pingMs,
      mayDowngrade: false,
    });
    end(); // only status and headers matter
    if (status === 429) throw new RateLimited(url.href, readRetryAfterMs(headers), readRateLimit(headers), '');
    const speaksV2 =
      (status >= 200 && status < 300) ||
      status === 401 ||
      status === 403 ||
      headers['docker-distribution-api-version'] !== undefined;
    if (!speaksV2) throw new NotARegistry(`${url.origin}/v2/`, status);
    return {
      base: new URL(url.origin),
      challenges: status === 401 ? parseChallenges(headers['www-authenticate']) : [],
    };
  }
}

function endpointUrl(protocol: string, host: string): URL {
  try {
    return new URL(`${protocol}://${host}/v2/`);
  } catch (cause) {
    throw new RegistryUnreachable(host, 'ERR_INVALID_URL', `"${host}" is no host name with an optional port`, {
      cause,
    });
  }
}
