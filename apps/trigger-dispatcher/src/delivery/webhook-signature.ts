import { createHmac } from 'node:crypto';

const PREFIX = 'whsec_';
const FEWEST_BYTES = 16;

/** The signing secret is not `whsec_` and base64 of at least 16 bytes. */
export class BadSigningSecret extends Error {
  constructor(readonly key: string) {
    super(`key "${key}" of the signing Secret must be whsec_ followed by base64 of at least ${FEWEST_BYTES} bytes`);
    this.name = 'BadSigningSecret';
  }
}

/** The key bytes out of a secret's text; `key` only names it in the error. Throws `BadSigningSecret`. */
export function signingKey(secret: string, key: string): Buffer {
  const text = secret.trim();
  const encoded = text.slice(PREFIX.length);
  const bytes = Buffer.from(encoded, 'base64');
  const isBase64 = /^[A-Za-z0-9+/]+={0,2}$/.test(encoded);
  if (!text.startsWith(PREFIX) || !isBase64 || bytes.length < FEWEST_BYTES) throw new BadSigningSecret(key);
  return bytes;
}

/** A new secret's text, from 32 random bytes. */
export function signingSecret(randomBytes: Buffer): string {
  return PREFIX + randomBytes.toString('base64');
}

/**
 * Headers of a signed message (Standard Webhooks 1.0): one signature per key, so that receivers can change over.
 * @param id stays the same for every attempt.
 * @param timestamp seconds since 1970.
 */
export function signedHeaders(
  id: string,
  timestamp: number,
  body: string,
  keys: readonly Buffer[],
): Record<string, string> {
  const signatures = keys.map(
    (key) => `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`,
  );
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatures.join(' '),
  };
}
