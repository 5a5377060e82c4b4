import type { IdentityKey } from '@faktorz/domain';
import { type CryptoKey, importJWK } from 'jose';
import { IDENTITY_ALGORITHM } from './identity-claims.js';
import type { KeyExchange } from './key-exchange.js';

/** A registered key, ready to verify with. */
export interface VerificationKey extends Omit<IdentityKey, 'jwk'> {
  publicKey: CryptoKey;
}

const MIN_FETCH_INTERVAL_MS = 1_000;
const REFRESH_AFTER_MS = 30_000;

/**
 * The identity keys in force, as auth lists them. Asked anew for an unknown key id, at most once a second, and in the
 * background when the list is half a minute old, so that withdrawn keys go.
 */
export class IdentityKeys {
  private keys = new Map<string, VerificationKey>();
  private fetchedAt = 0;
  private fetching: Promise<void> | undefined;

  constructor(private readonly exchange: KeyExchange) {}

  /** The key of this id, or undefined when auth does not know it. Rejects when auth had to be asked and did not answer. */
  async find(kid: string): Promise<VerificationKey | undefined> {
    const known = this.keys.get(kid);
    if (known) {
      // A failed refresh in the background leaves the list as it is; the next call tries again.
      if (Date.now() - this.fetchedAt > REFRESH_AFTER_MS) this.fetch().catch(() => undefined);
      return known;
    }
    await this.fetch();
    return this.keys.get(kid);
  }

  private fetch(): Promise<void> {
    this.fetching ??= this.fetchNow().finally(() => {
      this.fetching = undefined;
    });
    return this.fetching;
  }

  private async fetchNow(): Promise<void> {
    const waitMs = this.fetchedAt + MIN_FETCH_INTERVAL_MS - Date.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    this.fetchedAt = Date.now();
    const listed = await this.exchange.list();
    const keys = await Promise.all(
      listed.map(async ({ jwk, ...key }) => ({ ...key, publicKey: await publicKeyOf(jwk) })),
    );
    this.keys = new Map(keys.map((key) => [key.kid, key]));
  }
}

async function publicKeyOf(jwk: IdentityKey['jwk']): Promise<CryptoKey> {
  const key = await importJWK({ kty: 'OKP', ...jwk }, IDENTITY_ALGORITHM);
  if (key instanceof Uint8Array) throw new TypeError('an identity key must be an Ed25519 public key');
  return key;
}
