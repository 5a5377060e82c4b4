import { createPublicKey, type JsonWebKey, type KeyObject, verify } from 'node:crypto';
import { MEDIA_TYPE } from '@faktorz/domain';
import { digestedBytes, signedFormat } from '@faktorz/registry-client';
import { z } from 'zod';
import { isBlobDigest } from '../oci/blob-digest.js';
import { OciError } from '../oci/oci-error.js';
import { manifestInvalid } from '../oci/refusals.js';

const Signature = z.looseObject({
  header: z.looseObject({ alg: z.string(), jwk: z.record(z.string(), z.unknown()) }),
  protected: z.string(),
  signature: z.string(),
});
type Signature = z.infer<typeof Signature>;

/** Each costs a verification, and tools write one. */
const MOST_SIGNATURES = 10;
const Signatures = z.array(Signature).min(1).max(MOST_SIGNATURES);

/** https://distribution.github.io/distribution/spec/deprecated-schema-v1/ */
const Payload = z.looseObject({
  schemaVersion: z.literal(1),
  name: z.string().min(1),
  tag: z.string(),
  fsLayers: z.array(z.looseObject({ blobSum: z.string().refine(isBlobDigest, 'not a digest') })).min(1),
  history: z.array(z.looseObject({ v1Compatibility: z.string() })),
});

/** What the keys of each algorithm look like (RFC 7518, section 3.1). */
const ALGORITHMS: Readonly<Record<string, { hash: string; curve?: string }>> = {
  ES256: { hash: 'sha256', curve: 'prime256v1' },
  ES384: { hash: 'sha384', curve: 'secp384r1' },
  ES512: { hash: 'sha512', curve: 'secp521r1' },
  RS256: { hash: 'sha256' },
  RS384: { hash: 'sha384' },
  RS512: { hash: 'sha512' },
};

const SIGNATURES_FIELD = /^,\s*"signatures"\s*:/;
const CLOSING_BRACE = /^\s*\}$/;

/**
 * Reads a signed schema 1 manifest: the digests of its layers, newest first. Its signatures are checked by the keys
 * they bring along, as docker's registry does: that shows the payload whole, and nothing of who signed. Name and tag may
 * be any, so that an image can be copied without being signed anew.
 * Throws MANIFEST_INVALID, and MANIFEST_UNVERIFIED when a signature is wrong.
 */
export function signedLayers(bytes: Buffer): string[] {
  const payload = digestedBytes(MEDIA_TYPE.signedSchema1, bytes);
  for (const signature of signaturesOf(bytes)) checkSignature(signature, payload);
  const { fsLayers, history } = check(Payload, parse(payload.toString('utf8')));
  if (history.length !== fsLayers.length) throw manifestInvalid('history and fsLayers differ in length');
  return fsLayers.map(({ blobSum }) => blobSum);
}

/**
 * The signatures, which have to be all that the document has besides its payload: a second `fsLayers` among them would
 * be read by clients and stand in no digest.
 */
function signaturesOf(bytes: Buffer): Signature[] {
  const document = parse(bytes.toString('utf8')) as { signatures?: unknown } | null;
  const signatures = check(Signatures, document?.signatures, 'signatures');
  const [format, ...others] = signatures.map((signature) => signedFormat(signature.protected));
  if (!format) throw manifestInvalid('signatures.0.protected names no formatLength and formatTail');
  if (others.some((other) => other?.length !== format.length || !other.tail.equals(format.tail)))
    throw manifestInvalid('its signatures differ in format');
  const added = bytes.subarray(format.length).toString('utf8');
  const tail = format.tail.toString('utf8');
  const [field] = SIGNATURES_FIELD.exec(added) ?? [];
  if (field === undefined || !CLOSING_BRACE.test(tail) || !added.endsWith(tail))
    throw manifestInvalid('its signatures do not stand at the end of the payload');
  return check(Signatures, parse(added.slice(field.length, -tail.length)), 'signatures');
}

function checkSignature({ header, protected: protectedHeader, signature }: Signature, payload: Buffer): void {
  const algorithm = Object.hasOwn(ALGORITHMS, header.alg) ? ALGORITHMS[header.alg] : undefined;
  if (!algorithm) throw unverified('the algorithm of a signature is not known', { alg: header.alg.slice(0, 100) });
  const key = publicKey(header.jwk);
  const isFitting =
    algorithm.curve === undefined
      ? key.asymmetricKeyType === 'rsa'
      : key.asymmetricKeyDetails?.namedCurve === algorithm.curve;
  if (!isFitting) throw unverified('the key of a signature is not of its algorithm', { alg: header.alg });
  const signed = Buffer.from(`${protectedHeader}.${payload.toString('base64url')}`);
  if (!isSigned(algorithm.hash, signed, key, Buffer.from(signature, 'base64url')))
    throw unverified('a signature is wrong');
}

function publicKey(jwk: Record<string, unknown>): KeyObject {
  try {
    return createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
  } catch (cause) {
    throw unverified('the jwk of a signature is no public key', undefined, cause);
  }
}

function isSigned(hash: string, signed: Buffer, key: KeyObject, signature: Buffer): boolean {
  try {
    return verify(hash, signed, { key, dsaEncoding: 'ieee-p1363' }, signature);
  } catch {
    return false; // keys that OpenSSL will not work with
  }
}

function unverified(problem: string, detail?: unknown, cause?: unknown): OciError {
  return new OciError('MANIFEST_UNVERIFIED', `manifest failed signature verification: ${problem}`, { detail, cause });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw manifestInvalid('it is not JSON', undefined, cause);
  }
}

function check<Shape extends z.ZodType>(shape: Shape, json: unknown, within?: string): z.infer<Shape> {
  const result = shape.safeParse(json);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = [...(within === undefined ? [] : [within]), ...(issue?.path ?? [])].join('.');
  throw manifestInvalid(`${field || 'it'}: ${issue?.message ?? 'wrong'}`, { field });
}
