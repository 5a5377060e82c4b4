import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { MEDIA_TYPE } from '@faktorz/domain';
import { describe, expect, it } from '@jest/globals';
import { parseManifest } from './parse-manifest.js';

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const LAYERS = [digest('b'), digest('a')];
const TAIL = '\n}';
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });

interface Signing {
  alg?: string;
  key?: KeyObject;
  jwk?: object;
  /** What the signature is made of, where that is not the payload. */
  signed?: string;
  tail?: string;
}

function payloadOf(more: object = {}): string {
  const fsLayers = LAYERS.map((blobSum) => ({ blobSum }));
  const history = LAYERS.map(() => ({ v1Compatibility: '{}' }));
  return JSON.stringify({ schemaVersion: 1, name: 'any/name', tag: 'any', fsLayers, history, ...more }, null, 3);
}

function signatureOf(
  payload: string,
  { alg = 'ES256', key = ec.privateKey, jwk, signed, tail = TAIL }: Signing,
): object {
  const format = { formatLength: payload.length - TAIL.length, formatTail: Buffer.from(tail).toString('base64url') };
  const header = Buffer.from(JSON.stringify(format)).toString('base64url');
  const input = Buffer.from(`${header}.${Buffer.from(signed ?? payload).toString('base64url')}`);
  const signature = sign('sha256', input, { key, dsaEncoding: 'ieee-p1363' }).toString('base64url');
  return { header: { alg, jwk: jwk ?? ec.publicKey.export({ format: 'jwk' }) }, protected: header, signature };
}

function document(payload: string, signatures: readonly object[], added = ''): Buffer {
  const before = payload.slice(0, -TAIL.length);
  return Buffer.from(`${before},${added}\n   "signatures": ${JSON.stringify(signatures)}${TAIL}`);
}

function signed(payload = payloadOf(), signing: Signing = {}): Buffer {
  return document(payload, [signatureOf(payload, signing)]);
}

const read = (bytes: Buffer) => parseManifest(bytes, MEDIA_TYPE.signedSchema1);
const refusal = (code: string) => expect.objectContaining({ code });

describe('signed schema 1', () => {
  it('names its layers and no sizes', () => {
    expect(read(signed())).toMatchObject({
      mediaType: MEDIA_TYPE.signedSchema1,
      blobs: LAYERS.map((layer) => ({ digest: layer })),
    });
  });

  it('may be signed by RSA, and more than once', () => {
    const byRsa = { alg: 'RS256', key: rsa.privateKey, jwk: rsa.publicKey.export({ format: 'jwk' }) };
    const payload = payloadOf();
    expect(read(document(payload, [signatureOf(payload, {}), signatureOf(payload, byRsa)])).blobs).toHaveLength(2);
  });

  it.each<[string, Signing]>([
    ['over another payload', { signed: payloadOf({ tag: 'other' }) }],
    ['by another key', { key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey }],
    ['by an unknown algorithm', { alg: 'none' }],
    ['by an algorithm that is not the key’s', { alg: 'RS256' }],
    ['with what is no key', { jwk: { kty: 'EC', crv: 'P-256' } }],
  ])('is refused as not verified when the signature is %s', (_name, signing) => {
    expect(() => read(signed(payloadOf(), signing))).toThrow(refusal('MANIFEST_UNVERIFIED'));
  });

  it('is refused when one of two signatures is wrong', () => {
    const payload = payloadOf();
    const both = [signatureOf(payload, {}), signatureOf(payload, { signed: 'x' })];
    expect(() => read(document(payload, both))).toThrow(refusal('MANIFEST_UNVERIFIED'));
  });

  it.each<[string, Buffer]>([
    ['without a signature', document(payloadOf(), [])],
    ['whose payload is all there is', Buffer.from(payloadOf())],
    ['with layers that stand in no digest', document(payloadOf(), [signatureOf(payloadOf(), {})], '"fsLayers":[],')],
    ['with signatures inside of something else', signed(payloadOf(), { tail: '}}' })],
    ['with more layers than history', signed(payloadOf({ history: [] }))],
    ['whose layer is no digest', signed(payloadOf({ fsLayers: [{ blobSum: '../x' }, { blobSum: 'y' }] }))],
    ['that is null', Buffer.from('null')],
  ])('is refused as invalid %s', (_name, bytes) => {
    expect(() => read(bytes)).toThrow(refusal('MANIFEST_INVALID'));
  });

  it('is refused as invalid without being signed', () => {
    expect(() => parseManifest(Buffer.from(payloadOf()), MEDIA_TYPE.schema1)).toThrow(refusal('MANIFEST_INVALID'));
  });
});
