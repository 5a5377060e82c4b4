import { describe, expect, it } from '@jest/globals';
import { digestOf } from './digest.js';
import { MEDIA_TYPES, manifestMediaType } from './media-types.js';
import { digestedBytes } from './signed-manifest.js';

/** A schema 1 manifest as signing tools write it: the signatures stand before the payload's closing brace. */
function signed(payload: string): Buffer {
  const tail = '\n}';
  const formatLength = payload.length - tail.length;
  const header = { formatLength, formatTail: Buffer.from(tail).toString('base64url'), time: '2015-01-01T00:00:00Z' };
  const signatures = [{ protected: Buffer.from(JSON.stringify(header)).toString('base64url'), signature: 'x' }];
  return Buffer.from(`${payload.slice(0, formatLength)},\n "signatures": ${JSON.stringify(signatures)}${tail}`);
}

describe('digestedBytes', () => {
  const payload = '{\n "schemaVersion": 1,\n "name": "x/y"\n}';

  it('leaves the signatures of schema 1 out', () => {
    expect(digestedBytes(MEDIA_TYPES.schema1Signed, signed(payload)).toString()).toBe(payload);
  });

  it('takes every other manifest as it is', () => {
    expect(digestedBytes(MEDIA_TYPES.schema2, signed(payload))).toEqual(signed(payload));
    expect(digestedBytes(MEDIA_TYPES.schema1Signed, Buffer.from(payload)).toString()).toBe(payload);
    expect(digestedBytes(MEDIA_TYPES.schema1Signed, Buffer.from('{')).toString()).toBe('{');
  });
});

describe('manifestMediaType', () => {
  it.each([
    [MEDIA_TYPES.ociIndex, {}, MEDIA_TYPES.ociIndex],
    ['application/json', { mediaType: MEDIA_TYPES.schema2 }, MEDIA_TYPES.schema2],
    ['text/plain', { schemaVersion: 2, manifests: [] }, MEDIA_TYPES.ociIndex],
    ['', { schemaVersion: 2, config: {} }, MEDIA_TYPES.ociManifest],
    ['', { schemaVersion: 1 }, MEDIA_TYPES.schema1],
    ['', { schemaVersion: 1, signatures: [] }, MEDIA_TYPES.schema1Signed],
    ['text/html', 'hello', undefined],
    ['application/json', { schemaVersion: 2 }, undefined],
  ])('takes %j with %j for %j', (header, document, expected) => {
    expect(manifestMediaType(header, document)).toBe(expected);
  });
});

describe('digestOf', () => {
  it('uses the algorithm of the digest it is compared with', () => {
    expect(digestOf(Buffer.from(''))).toBe('sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(digestOf(Buffer.from(''), 'sha512:00')).toMatch(/^sha512:cf83e1357eefb8bd/);
  });
});
