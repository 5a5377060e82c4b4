import type { Identity } from '@faktorz/domain';
import { Inject, Injectable } from '@nestjs/common';
import { decodeProtectedHeader, errors, jwtVerify, SignJWT, type JWTPayload } from 'jose';
import { randomUUID } from 'node:crypto';
import type { AuthConfig } from '../auth.config.js';
import { AUTH_CONFIG } from '../auth.tokens.js';
import { SIGNING_ALGORITHM, SigningKeyStore } from '../signing-key/signing-key.store.js';
import { AuthStorages } from '../storage/auth-storages.js';
import { BOUND_KINDS, BoundObjects, type BoundKind, type BoundObject } from './bound-objects.js';
import type { ServiceAccount } from './service-account.js';

export interface IssuedToken {
  token: string;
  expiresAt: Date;
}

/** A service account token that is good. */
export interface VerifiedAccount {
  identity: Identity;
  audiences: string[];
  /** RFC 3339. */
  expiresAt: string;
}

interface ClaimedObject {
  name?: unknown;
  uid?: unknown;
}

/** What our tokens say under `kubernetes.io`, as those of Kubernetes do. */
interface KubernetesClaims {
  namespace?: unknown;
  serviceaccount?: ClaimedObject;
  pod?: ClaimedObject;
  secret?: ClaimedObject;
}

const USER_PREFIX = 'system:serviceaccount:';
/** Clocks of several machines differ a little. */
const CLOCK_TOLERANCE_SECONDS = 5;
const CLAIM_OF_KIND = { Pod: 'pod', Secret: 'secret' } as const satisfies Record<BoundKind, keyof KubernetesClaims>;
const CREDENTIAL_ID = 'authentication.kubernetes.io/credential-id';

/** Tokens of service accounts: signed statements that end by themselves, or with the account or the object they are bound to. */
@Injectable()
export class ServiceAccountTokens {
  constructor(
    private readonly keys: SigningKeyStore,
    private readonly storages: AuthStorages,
    private readonly boundObjects: BoundObjects,
    @Inject(AUTH_CONFIG) private readonly config: AuthConfig,
  ) {}

  /** Whom tokens are meant for unless something else is asked. */
  get defaultAudience(): string {
    return this.config.FAKTORZ_AUTH_TOKEN_ISSUER;
  }

  async issue(
    { metadata: { namespace = '', name, uid } }: ServiceAccount,
    audiences: readonly string[],
    lifeSeconds: number,
    bound?: BoundObject,
  ): Promise<IssuedToken> {
    const { kid, key } = await this.keys.current();
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      'kubernetes.io': {
        namespace,
        serviceaccount: { name, uid },
        ...(bound && { [CLAIM_OF_KIND[bound.kind]]: { name: bound.name, uid: bound.uid } }),
      },
    };
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: SIGNING_ALGORITHM, kid })
      .setIssuer(this.config.FAKTORZ_AUTH_TOKEN_ISSUER)
      .setSubject(`${USER_PREFIX}${namespace}:${name}`)
      .setAudience([...audiences])
      .setIssuedAt(now)
      .setNotBefore(now)
      .setExpirationTime(now + lifeSeconds)
      .setJti(randomUUID())
      .sign(key);
    return { token, expiresAt: new Date((now + lifeSeconds) * 1000) };
  }

  /**
   * Whose token it is, if it is meant for one of `audiences`. Undefined for everything that is not good: another
   * algorithm, key or issuer, too early, too late, of an account or bound to an object that is gone.
   */
  async verify(token: string, audiences: readonly string[]): Promise<VerifiedAccount | undefined> {
    const payload = await this.payloadOf(token, audiences);
    const claims = payload?.['kubernetes.io'] as KubernetesClaims | undefined;
    const { namespace, serviceaccount } = claims ?? {};
    const { name, uid } = serviceaccount ?? {};
    if (typeof namespace !== 'string' || typeof name !== 'string' || typeof uid !== 'string') return undefined;
    const user = `${USER_PREFIX}${namespace}:${name}`;
    if (payload!.sub !== user || !(await this.isAlive(claims!, { namespace, name, uid }))) return undefined;
    const meantFor = [payload!.aud ?? []].flat();
    return {
      identity: {
        user,
        uid,
        groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
        ...(payload!.jti && { extra: { [CREDENTIAL_ID]: [`JTI=${payload!.jti}`], ...podFacts(claims!) } }),
      },
      audiences: meantFor.filter((audience) => audiences.includes(audience)),
      expiresAt: new Date(payload!.exp! * 1000).toISOString(),
    };
  }

  private async payloadOf(token: string, audiences: readonly string[]): Promise<JWTPayload | undefined> {
    try {
      const { alg, kid } = decodeProtectedHeader(token);
      const key = alg === SIGNING_ALGORITHM && typeof kid === 'string' ? await this.keys.verifier(kid) : undefined;
      if (!key) return undefined;
      const { payload } = await jwtVerify(token, key, {
        algorithms: [SIGNING_ALGORITHM],
        issuer: this.config.FAKTORZ_AUTH_TOKEN_ISSUER,
        audience: [...audiences],
        requiredClaims: ['exp', 'sub', 'aud'],
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
      });
      return payload;
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof TypeError) return undefined;
      throw error;
    }
  }

  /** Are the account and all that the token is bound to still the ones it was issued for? */
  private async isAlive(
    claims: KubernetesClaims,
    { namespace, name, uid }: { namespace: string; name: string; uid: string },
  ): Promise<boolean> {
    const account = await this.storages.serviceAccounts.get({ namespace, name });
    if (!account || account.metadata.uid !== uid || account.metadata.deletionTimestamp) return false;
    for (const kind of BOUND_KINDS) {
      const claimed = claims[CLAIM_OF_KIND[kind]];
      if (claimed === undefined) continue;
      const found = await this.boundObjects.find(kind, namespace, String(claimed.name));
      if (found === undefined || found.uid !== claimed.uid) return false;
    }
    return true;
  }
}

/** Which pod calls, for whoever decides by it. */
function podFacts({ pod }: KubernetesClaims): Record<string, string[]> {
  if (pod === undefined) return {};
  return {
    'authentication.kubernetes.io/pod-name': [String(pod.name)],
    'authentication.kubernetes.io/pod-uid': [String(pod.uid)],
  };
}
