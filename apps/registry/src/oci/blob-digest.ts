import { createHash } from 'node:crypto';
import { OciError } from './oci-error.js';

/** Algorithms content may be addressed by, with the length of their hexadecimal form. */
const HEX_LENGTH = { sha256: 64, sha512: 128 } as const;

export type DigestAlgorithm = keyof typeof HEX_LENGTH;

const FORM = /^([a-z0-9]+):([a-f0-9]+)$/;

/** The algorithm of a digest we can check; undefined when the text is no such digest. */
export function algorithmOf(digest: string): DigestAlgorithm | undefined {
  const [, algorithm, hex] = FORM.exec(digest) ?? [];
  if (!isAlgorithm(algorithm)) return undefined;
  return hex?.length === HEX_LENGTH[algorithm] ? algorithm : undefined;
}

export function isAlgorithm(text: string | undefined): text is DigestAlgorithm {
  return text !== undefined && Object.hasOwn(HEX_LENGTH, text);
}

export function isBlobDigest(text: string): boolean {
  return algorithmOf(text) !== undefined;
}

/** What the text is a digest by. Throws DIGEST_INVALID. */
export function requireAlgorithm(digest: string): DigestAlgorithm {
  const algorithm = algorithmOf(digest);
  if (algorithm) return algorithm;
  throw new OciError('DIGEST_INVALID', 'not a digest: expected sha256:<64 hex digits> or sha512:<128 hex digits>', {
    detail: { digest: digest.slice(0, 200) },
  });
}

export function digestOf(bytes: Uint8Array, algorithm: DigestAlgorithm = 'sha256'): string {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
}
