import { MEDIA_TYPES } from './media-types.js';

/** Where the payload of signed schema 1 goes on: its first `length` bytes stand before the signatures, `tail` after them. */
export interface SignedFormat {
  readonly length: number;
  readonly tail: Buffer;
}

/**
 * Reads a signature's protected header, as it stands in the manifest (base64url): `formatLength` and `formatTail` of
 * https://github.com/docker/libtrust. Undefined when it is none.
 */
export function signedFormat(protectedHeader: unknown): SignedFormat | undefined {
  if (typeof protectedHeader !== 'string') return undefined;
  try {
    const { formatLength, formatTail } = JSON.parse(Buffer.from(protectedHeader, 'base64url').toString('utf8')) as {
      formatLength?: unknown;
      formatTail?: unknown;
    };
    if (!Number.isSafeInteger(formatLength) || (formatLength as number) < 0) return undefined;
    if (typeof formatTail !== 'string') return undefined;
    return { length: formatLength as number, tail: Buffer.from(formatTail, 'base64url') };
  } catch {
    return undefined;
  }
}

/**
 * The bytes a manifest's digest is made of: the manifest itself, but for signed schema 1 the payload without its
 * signatures. Returns the bytes unchanged when no signature is found.
 */
export function digestedBytes(mediaType: string, bytes: Buffer): Buffer {
  if (mediaType !== MEDIA_TYPES.schema1Signed) return bytes;
  try {
    const { signatures } = JSON.parse(bytes.toString('utf8')) as { signatures?: { protected?: unknown }[] };
    const format = signedFormat(signatures?.[0]?.protected);
    if (!format || format.length > bytes.length) return bytes;
    return Buffer.concat([bytes.subarray(0, format.length), format.tail]);
  } catch {
    return bytes;
  }
}
