import { DomainError } from '../domain-error.js';

/** Length of the hex part, by algorithm. */
const HEX_LENGTH: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

const DIGEST = /^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[a-zA-Z0-9=_-]+$/;

/** A content digest taken apart: `sha256:ab…` is `{ algorithm: 'sha256', hex: 'ab…' }`. */
export interface Digest {
  algorithm: string;
  hex: string;
}

/** The text is no digest of an algorithm this system knows. */
export class InvalidDigest extends DomainError {
  readonly reason = 'Invalid';

  constructor(
    readonly digest: string,
    problem: string,
  ) {
    super(problem);
  }
}

/** Takes a digest apart. Throws `InvalidDigest` for another algorithm than sha256, sha384, sha512, a wrong length or anything but lower-case hex. */
export function parseDigest(text: string): Digest {
  if (!DIGEST.test(text)) throw new InvalidDigest(text, 'invalid checksum digest format');
  const colon = text.indexOf(':');
  const algorithm = text.slice(0, colon);
  const hex = text.slice(colon + 1);
  const length = Object.hasOwn(HEX_LENGTH, algorithm) ? HEX_LENGTH[algorithm] : undefined;
  if (length === undefined) throw new InvalidDigest(text, 'unsupported digest algorithm');
  if (hex.length !== length) throw new InvalidDigest(text, 'invalid checksum digest length');
  if (!/^[a-f0-9]+$/.test(hex)) throw new InvalidDigest(text, 'invalid checksum digest format');
  return { algorithm, hex };
}

/** Is this text a complete digest? */
export function isDigest(text: string): boolean {
  try {
    parseDigest(text);
    return true;
  } catch {
    return false;
  }
}

/** Does a short id name this image? A short id is a prefix of the hex part or of the whole digest (contract: references, §2). */
export function matchesShortId(digest: string, shortId: string): boolean {
  if (digest.startsWith(shortId)) return true;
  return isDigest(digest) && digest.slice(digest.indexOf(':') + 1).startsWith(shortId);
}
