import { ApiError } from '@faktorz/apimachinery';
import { Identity } from '@faktorz/domain';
import { Injectable } from '@nestjs/common';
import { decodeProtectedHeader, type JWTPayload, jwtVerify } from 'jose';
import { ExpiringCache } from './expiring-cache.js';
import { IDENTITY_ALGORITHM, IDENTITY_LIFE_SECONDS, identityIn, serviceUser } from './identity-claims.js';
import { IdentityKeys, type VerificationKey } from './identity-keys.js';
import type { KeyExchange } from './key-exchange.js';

const CLOCK_TOLERANCE_SECONDS = 5;
const VERIFIED_REUSE_MS = 5_000;
const VERIFIED_KEPT = 2_000;

/** Reads the identity another service signed. The only thing a service believes about its callers. */
@Injectable()
export class IdentityVerifier {
  private keys: IdentityKeys | undefined;
  private readonly verified = new ExpiringCache<Identity>(VERIFIED_REUSE_MS, VERIFIED_KEPT);

  /** Names where keys are asked for; before this nothing verifies. */
  start(exchange: KeyExchange): void {
    this.keys = new IdentityKeys(exchange);
  }

  /**
   * The identity in an `X-FaktorZ-Identity` header meant for the service `audience`. Throws an `ApiError`:
   * `Unauthorized` when it is missing, expired, meant for another or signed by a key that may not say this;
   * `ServiceUnavailable` when auth could not be asked about the key.
   */
  async verify(header: string | string[] | undefined, audience: string): Promise<Identity> {
    if (typeof header !== 'string' || header === '') throw unauthorized();
    const cacheKey = `${audience} ${header}`;
    const known = this.verified.get(cacheKey);
    if (known) return known;
    const key = await this.keyOf(header);
    const identity = identityOf(await claimsOfToken(header, key, audience), key);
    this.verified.set(cacheKey, identity);
    return identity;
  }

  private async keyOf(token: string): Promise<VerificationKey> {
    const kid = keyIdIn(token);
    if (!this.keys) throw new ApiError('ServiceUnavailable', 'identity keys are not available yet');
    const key = await this.keys.find(kid).catch((cause: unknown) => {
      throw new ApiError('ServiceUnavailable', 'auth could not be asked for the identity keys', undefined, { cause });
    });
    if (!key) throw unauthorized();
    return key;
  }
}

function keyIdIn(token: string): string {
  try {
    const { kid } = decodeProtectedHeader(token);
    if (kid) return kid;
  } catch (cause) {
    throw unauthorized(cause);
  }
  throw unauthorized();
}

async function claimsOfToken(token: string, key: VerificationKey, audience: string): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, key.publicKey, {
      algorithms: [IDENTITY_ALGORITHM],
      audience,
      issuer: key.service,
      maxTokenAge: IDENTITY_LIFE_SECONDS,
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      requiredClaims: ['sub', 'exp', 'iat'],
    });
    return payload;
  } catch (cause) {
    throw unauthorized(cause);
  }
}

/** A service that is no public door speaks for itself alone, whatever its token claims. */
function identityOf(claims: JWTPayload, key: VerificationKey): Identity {
  const parsed = Identity.safeParse(identityIn(claims));
  if (!parsed.success) throw unauthorized(parsed.error);
  if (!key.speaksForCallers && parsed.data.user !== serviceUser(key.service)) throw unauthorized();
  return parsed.data;
}

function unauthorized(cause?: unknown): ApiError {
  return new ApiError('Unauthorized', 'Unauthorized', undefined, { cause });
}
