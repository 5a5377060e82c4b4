import { randomUUID } from 'node:crypto';
import { ApiError } from '@faktorz/apimachinery';
import { type Identity, MASTERS_GROUP } from '@faktorz/domain';
import { Injectable, Logger } from '@nestjs/common';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { ExpiringCache } from './expiring-cache.js';
import { claimsOf, IDENTITY_ALGORITHM, IDENTITY_LIFE_SECONDS, serviceUser } from './identity-claims.js';
import type { KeyExchange } from './key-exchange.js';

const REGISTER_AGAIN_MS = 60_000;
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 2_000;
/** How long a signature waits for the key to become known before the request fails. */
const REGISTRATION_PATIENCE_MS = 5_000;
const SIGNATURE_REUSE_MS = 10_000;
const SIGNATURES_KEPT = 2_000;

interface SigningKey {
  kid: string;
  privateKey: CryptoKey;
  jwk: JWK;
}

/**
 * This process's signing key: made at start, kept in memory only, made known to auth at start and every minute.
 * Gateway and registry sign for their callers, every other service only for itself.
 */
@Injectable()
export class ServiceIdentity {
  private readonly logger = new Logger(ServiceIdentity.name);
  private readonly key: Promise<SigningKey> = makeKey();
  private readonly signatures = new ExpiringCache<Promise<string>>(SIGNATURE_REUSE_MS, SIGNATURES_KEPT);
  private readonly stopping = new AbortController();
  private markRegistered: () => void = () => undefined;
  private readonly registered = new Promise<void>((resolve) => {
    this.markRegistered = resolve;
  });
  private isRegistered = false;

  constructor(readonly service: string) {}

  /** Who this service is when it calls another on its own account. */
  get own(): Identity {
    return { user: serviceUser(this.service), groups: [MASTERS_GROUP] };
  }

  /** Registers the key and keeps it registered until `stop`. Returns at once; `assertRegistered` tells when it is done. */
  start(exchange: KeyExchange): void {
    void this.keepRegistered(exchange);
  }

  stop(): void {
    this.stopping.abort();
  }

  /** A health check: throws until others can verify what this process signs. */
  assertRegistered(): void {
    if (!this.isRegistered) throw new Error('the identity key is not registered with auth yet');
  }

  /**
   * A JWT, good for 30 seconds, that tells the service `audience` who a request is made for. Reused for up to 10 s.
   * Throws `ServiceUnavailable` while auth does not know this process's key.
   */
  async sign(identity: Identity, audience: string): Promise<string> {
    const name = JSON.stringify([audience, identity]);
    const known = this.signatures.get(name);
    if (known) return known;
    await this.registration();
    const signature = this.signNow(identity, audience);
    this.signatures.set(name, signature);
    return signature;
  }

  /** `sign` for the service itself. */
  signOwn(audience: string): Promise<string> {
    return this.sign(this.own, audience);
  }

  private async signNow(identity: Identity, audience: string): Promise<string> {
    const { kid, privateKey } = await this.key;
    return new SignJWT(claimsOf(identity))
      .setProtectedHeader({ alg: IDENTITY_ALGORITHM, kid })
      .setIssuer(this.service)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime(`${IDENTITY_LIFE_SECONDS}s`)
      .sign(privateKey);
  }

  private async registration(): Promise<void> {
    if (this.isRegistered) return;
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_resolve, reject) => {
      const error = new ApiError(
        'ServiceUnavailable',
        `${this.service} has not made its identity key known to auth yet`,
      );
      timer = setTimeout(() => reject(error), REGISTRATION_PATIENCE_MS);
    });
    try {
      await Promise.race([this.registered, tooLate]);
    } finally {
      clearTimeout(timer);
    }
  }

  private async keepRegistered(exchange: KeyExchange): Promise<void> {
    const { kid, jwk } = await this.key;
    let retryMs = FIRST_RETRY_MS;
    while (!this.stopping.signal.aborted) {
      try {
        await exchange.register({ kid, service: this.service, jwk: { ...jwk } });
        this.isRegistered = true;
        this.markRegistered();
        retryMs = FIRST_RETRY_MS;
        await this.pause(REGISTER_AGAIN_MS);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        this.logger.debug(`identity key not registered, trying again in ${retryMs} ms: ${message}`);
        await this.pause(retryMs);
        retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
      }
    }
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.stopping.signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      timer.unref();
      this.stopping.signal.addEventListener('abort', done);
    });
  }
}

async function makeKey(): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair(IDENTITY_ALGORITHM, { crv: 'Ed25519' });
  return { kid: randomUUID(), privateKey, jwk: await exportJWK(publicKey) };
}
