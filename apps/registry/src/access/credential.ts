/** What a request shows of who makes it. */
export type Credential =
  | { kind: 'none' }
  /** The token clients get where they showed none. */
  | { kind: 'anonymous' }
  | { kind: 'token'; token: string }
  /** Basic without a password, or not to be decoded. */
  | { kind: 'unreadable' };

/** What the token endpoint gives to whoever shows nothing. */
export const ANONYMOUS_TOKEN = 'anonymous';

const BASIC = /^Basic +([^\s]*) *$/i;
const BEARER = /^Bearer +([^\s]+) *$/i;

/** Reads `Authorization`: a bearer token, or an API token as the password of any user. Other schemes show nothing. */
export function credentialOf(authorization: string | undefined): Credential {
  if (authorization === undefined) return { kind: 'none' };
  const bearer = BEARER.exec(authorization)?.[1];
  if (bearer !== undefined) return tokenOf(bearer);
  const basic = BASIC.exec(authorization)?.[1];
  return basic === undefined ? { kind: 'none' } : passwordOf(basic);
}

/** Only what is in a Basic header counts at the token endpoint. */
export function isBasic(authorization: string): boolean {
  return BASIC.test(authorization);
}

function passwordOf(encoded: string): Credential {
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  const password = colon < 0 ? '' : text.slice(colon + 1);
  return password === '' ? { kind: 'unreadable' } : tokenOf(password);
}

function tokenOf(token: string): Credential {
  return token === ANONYMOUS_TOKEN ? { kind: 'anonymous' } : { kind: 'token', token };
}
