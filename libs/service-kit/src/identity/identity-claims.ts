import type { Identity } from '@faktorz/domain';
import type { JWTPayload } from 'jose';

/** Header that carries a signed identity from one service to another. */
export const IDENTITY_HEADER = 'x-faktorz-identity';

/** The only signature algorithm of identities (Ed25519). */
export const IDENTITY_ALGORITHM = 'EdDSA';

/** How long a signed identity is good for. */
export const IDENTITY_LIFE_SECONDS = 30;

/** The user a service is when it speaks for itself. */
export function serviceUser(service: string): string {
  return `system:faktorz:${service}`;
}

/** Claims of a JWT that says who a request is made for. */
export function claimsOf(identity: Identity): JWTPayload {
  return {
    sub: identity.user,
    groups: identity.groups,
    ...(identity.uid === undefined ? {} : { uid: identity.uid }),
    ...(identity.scopes === undefined ? {} : { scopes: identity.scopes }),
    ...(identity.extra === undefined ? {} : { extra: identity.extra }),
  };
}

/** The shape, not yet checked, of the identity in a JWT's claims. */
export function identityIn(claims: JWTPayload): unknown {
  const { sub, uid, groups, scopes, extra } = claims;
  return { user: sub, uid, groups, scopes, extra };
}
