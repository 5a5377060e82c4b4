import { createHash, type Hash } from 'node:crypto';

const HEX_LENGTH: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

/** Is this text a digest whose algorithm we can verify? */
export function isDigest(text: string): boolean {
  const match = /^([a-z0-9]+):([a-f0-9]+)$/.exec(text);
  return match !== null && HEX_LENGTH[match[1] ?? ''] === match[2]?.length;
}

/** The digest of some bytes, by default `sha256:…`, else with the algorithm of the digest it is to be compared with. */
export function digestOf(bytes: Uint8Array, like = 'sha256:'): string {
  const algorithm = like.slice(0, like.indexOf(':'));
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
}

/** A running hash for the algorithm of this digest. */
export function hashFor(digest: string): Hash {
  return createHash(digest.slice(0, digest.indexOf(':')));
}
