import { createHash } from 'node:crypto';
import type { Credential } from './credential.js';

/** Users that stand for a token: the token tells the accounts apart. */
const NO_USER = new Set(['', '<token>', '00000000-0000-0000-0000-000000000000']);

/**
 * Whom a registry counts requests for: the user name of the credential, `token-` and a hash where a token has none, and
 * the empty text without credential (then it is the address that counts). Safe to store and show.
 */
export function accountName(credential: Credential | undefined): string {
  if (!credential) return '';
  if (!NO_USER.has(credential.username)) return credential.username;
  const secret = credential.identityToken ?? credential.password;
  return secret === '' ? '' : `token-${createHash('sha256').update(secret).digest('hex').slice(0, 8)}`;
}
