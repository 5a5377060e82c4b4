import { createHash, randomBytes } from 'node:crypto';

const PREFIX = 'sha256~';
const SECRET = /^[A-Za-z0-9_-]{43}$/;

/** A new opaque token: 256 random bits behind a prefix that names how it is kept. */
export function newAccessToken(): string {
  return `${PREFIX}${randomBytes(32).toString('base64url')}`;
}

/** The name under which a token is kept: the hash of its secret part. Undefined for anything that is no such token. */
export function accessTokenName(token: string): string | undefined {
  if (!token.startsWith(PREFIX)) return undefined;
  const secret = token.slice(PREFIX.length);
  return SECRET.test(secret) ? `${PREFIX}${createHash('sha256').update(secret).digest('base64url')}` : undefined;
}
