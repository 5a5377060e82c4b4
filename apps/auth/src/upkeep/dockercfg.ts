import { decodeJwt, decodeProtectedHeader } from 'jose';
import type { Secret } from '../secret/secret.js';

/** User name by which the registry knows that the password is a token. */
const TOKEN_USER = '<token>';
export const DOCKERCFG_KEY = '.dockercfg';

/** What a generated pull secret holds. */
export interface DockercfgFacts {
  addresses: readonly string[];
  kid: string;
  issuedAtMs: number;
  expiresAtMs: number;
  /** Uid of the secret that the token is bound to. */
  boundTo: string;
}

/** `.dockercfg`: one entry per address of the registry, all with the same token. Base64, as it lies in a Secret. */
export function dockercfgOf(addresses: readonly string[], token: string): string {
  const auth = Buffer.from(`${TOKEN_USER}:${token}`).toString('base64');
  const entries = Object.fromEntries(
    addresses.map((address) => [
      address,
      { username: TOKEN_USER, password: token, email: 'serviceaccount@example.org', auth },
    ]),
  );
  return Buffer.from(JSON.stringify(entries)).toString('base64');
}

/** Undefined when somebody has put something else there. */
export function factsOf({ data }: Secret): DockercfgFacts | undefined {
  try {
    const entries = JSON.parse(Buffer.from(data?.[DOCKERCFG_KEY] ?? '', 'base64').toString('utf8')) as Record<
      string,
      { auth?: string }
    >;
    const [first] = Object.values(entries);
    const token = Buffer.from(first?.auth ?? '', 'base64')
      .toString('utf8')
      .slice(TOKEN_USER.length + 1);
    const { exp, iat, ...claims } = decodeJwt(token);
    const { kid } = decodeProtectedHeader(token);
    const bound = (claims['kubernetes.io'] as { secret?: { uid?: string } } | undefined)?.secret?.uid;
    if (exp === undefined || iat === undefined || kid === undefined || bound === undefined) return undefined;
    return {
      addresses: Object.keys(entries),
      kid,
      issuedAtMs: iat * 1000,
      expiresAtMs: exp * 1000,
      boundTo: bound,
    };
  } catch {
    return undefined;
  }
}

/** From then on less than 40 % of the token's life remains. */
export function renewAtMs({ issuedAtMs, expiresAtMs }: Pick<DockercfgFacts, 'issuedAtMs' | 'expiresAtMs'>): number {
  return expiresAtMs - 0.4 * (expiresAtMs - issuedAtMs);
}

export function isUpToDate(
  facts: DockercfgFacts,
  wanted: { addresses: readonly string[]; kid: string; uid: string; nowMs: number },
): boolean {
  return (
    facts.kid === wanted.kid &&
    facts.boundTo === wanted.uid &&
    wanted.nowMs < renewAtMs(facts) &&
    facts.addresses.length === wanted.addresses.length &&
    wanted.addresses.every((address) => facts.addresses.includes(address))
  );
}
