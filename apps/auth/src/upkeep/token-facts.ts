import { decodeJwt, decodeProtectedHeader } from 'jose';

/** What a token that lies in a Secret says of itself; it is not verified. */
export interface TokenFacts {
  kid: string;
  issuedAtMs: number;
  expiresAtMs: number;
  /** Uid of the Secret that it is bound to. */
  boundTo: string;
  /** Uid of its service account. */
  account: string | undefined;
}

interface BoundClaims {
  secret?: { uid?: string };
  serviceaccount?: { uid?: string };
}

/** Undefined for everything that is no token bound to a Secret. */
export function tokenFactsOf(token: string): TokenFacts | undefined {
  try {
    const { exp, iat, ...claims } = decodeJwt(token);
    const { kid } = decodeProtectedHeader(token);
    const { secret, serviceaccount } = (claims['kubernetes.io'] ?? {}) as BoundClaims;
    if (exp === undefined || iat === undefined || kid === undefined || secret?.uid === undefined) return undefined;
    return { kid, issuedAtMs: iat * 1000, expiresAtMs: exp * 1000, boundTo: secret.uid, account: serviceaccount?.uid };
  } catch {
    return undefined;
  }
}
