import { describe, expect, it } from '@jest/globals';
import { OciError } from '../oci/oci-error.js';
import { parseManifest } from './parse-manifest.js';

const OCI = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';
const SCHEMA2 = 'application/vnd.docker.distribution.manifest.v2+json';
const FOREIGN = 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip';
const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const descriptor = (letter: string, more: object = {}): object => ({
  mediaType: 'x/y',
  digest: digest(letter),
  size: 1,
  ...more,
});
const parse = (json: object, type: string) => parseManifest(Buffer.from(JSON.stringify(json)), type);

describe('parseManifest', () => {
  it('finds the blobs that have to be there', () => {
    const nondistributable = 'application/vnd.oci.image.layer.nondistributable.v1.tar';
    const layers = [
      descriptor('b'),
      descriptor('c', { mediaType: nondistributable, urls: ['https://x'] }),
      descriptor('d', { mediaType: nondistributable }),
    ];
    const { blobs, subject, artifactType } = parse(
      { schemaVersion: 2, config: descriptor('a'), layers, subject: descriptor('e') },
      OCI,
    );
    expect(blobs.map((blob) => blob.digest)).toEqual([digest('a'), digest('b'), digest('d')]);
    expect([subject, artifactType]).toEqual([digest('e'), 'x/y']);
  });

  it('reads indexes with children of any kind', () => {
    const { isIndex, children, blobs } = parse(
      { schemaVersion: 2, mediaType: INDEX, manifests: [descriptor('a')] },
      INDEX,
    );
    expect([isIndex, children.length, blobs.length]).toEqual([true, 1, 0]);
  });

  it('takes the header’s word for an OCI manifest that does not say what it is, when its form agrees', () => {
    const image = { schemaVersion: 2, config: descriptor('a'), layers: [] };
    expect(parse(image, `${OCI}; charset=utf-8`).mediaType).toBe(OCI);
    expect(() => parse(image, INDEX)).toThrow(OciError);
    expect(() => parse(image, SCHEMA2)).toThrow('mediaType is missing');
  });

  it.each([
    ['a foreign layer without urls', descriptor('b', { mediaType: FOREIGN })],
    ['a layer of its own with urls', descriptor('b', { urls: ['https://x'] })],
  ])('refuses %s in docker’s schema 2', (_name, layer) => {
    const image = { schemaVersion: 2, mediaType: SCHEMA2, config: descriptor('a'), layers: [layer] };
    expect(() => parse(image, SCHEMA2)).toThrow(expect.objectContaining({ code: 'MANIFEST_INVALID' }));
  });

  it('names the field that is wrong', () => {
    const image = {
      schemaVersion: 2,
      mediaType: OCI,
      config: descriptor('a'),
      layers: [descriptor('b', { size: -1 })],
    };
    expect(() => parse(image, OCI)).toThrow(
      expect.objectContaining({ code: 'MANIFEST_INVALID', detail: { field: 'layers.0.size' } }),
    );
  });
});
