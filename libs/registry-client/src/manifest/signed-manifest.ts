import { MEDIA_TYPES } from './media-types.js';

/**
 * The bytes a manifest's digest is made of: the manifest itself, but for signed schema 1 the payload without its
 * signatures (https://github.com/docker/libtrust: `formatLength` and `formatTail` of the protected header).
 * Returns the bytes unchanged when no signature is found.
 */
export function digestedBytes(mediaType: string, bytes: Buffer): Buffer {
  if (mediaType !== MEDIA_TYPES.schema1Signed) return bytes;
  try {
    const { signatures } = JSON.parse(bytes.toString('utf8')) as { signatures?: { protected?: string }[] };
    const header = signatures?.[0]?.protected;
    if (typeof header !== 'string') return bytes;
    const { formatLength, formatTail } = JSON.parse(Buffer.from(header, 'base64url').toString('utf8')) as {
      formatLength?: number;
      formatTail?: string;
    };
    if (
      typeof formatLength !== 'number' ||
      typeof formatTail !== 'string' ||
      formatLength < 0 ||
      formatLength > bytes.length
    )
      return bytes;
    return Buffer.concat([bytes.subarray(0, formatLength), Buffer.from(formatTail, 'base64url')]);
  } catch {
    return bytes;
  }
}
