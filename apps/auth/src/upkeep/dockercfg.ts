import type { Secret } from '../secret/secret.js';
import { type TokenFacts, tokenFactsOf } from './token-facts.js';

/** User name by which the registry knows that the password is a token. */
const TOKEN_USER = '<token>';
export const DOCKERCFG_KEY = '.dockercfg';

/** What a generated pull secret holds. */
export interface DockercfgFacts extends TokenFacts {
  addresses: readonly string[];
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
    const password = Buffer.from(first?.auth ?? '', 'base64')
      .toString('utf8')
      .slice(TOKEN_USER.length + 1);
    const token = tokenFactsOf(password);
    return token && { ...token, addresses: Object.keys(entries) };
  } catch {
    return undefined;
  }
}

/** From then on less than 40 % of the token's life remains. */
export function renewAtMs({ issuedAtMs, expiresAtMs }: Pick<TokenFacts, 'issuedAtMs' | 'expiresAtMs'>): number {
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
