import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { RequestContext } from '@faktorz/apimachinery';
import { emptyMetadata, type Image, type ImageSignature } from './image.js';
import { ImageStrategy } from './image.strategy.js';

const strategy = new ImageStrategy();
const digestOf = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`;
const CONFIG = '{"architecture":"amd64"}';
const MANIFEST = JSON.stringify({
  schemaVersion: 2,
  mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
  config: { mediaType: 'application/vnd.docker.container.image.v1+json', size: 1, digest: digestOf(CONFIG) },
  layers: [],
});

const image = (more: Partial<Image> = {}): Image => ({
  kind: 'Image',
  apiVersion: 'image.openshift.io/v1',
  metadata: { name: digestOf(MANIFEST) },
  dockerImageReference: 'shop/app',
  dockerImageMetadata: emptyMetadata(),
  dockerImageMetadataVersion: '1.0',
  dockerImageManifestMediaType: 'application/vnd.docker.distribution.manifest.v2+json',
  ...more,
});
const signature = (name: string, more: Partial<ImageSignature> = {}): ImageSignature => ({
  metadata: { name },
  type: 'atomic',
  content: 'Yg==',
  ...more,
});

function updated(changes: Partial<Image>, old: Image = image()): Image {
  const next = { ...old, ...changes };
  strategy.prepareForUpdate(next, old);
  return next;
}

function problems(next: Image, old?: Image): string[] {
  return strategy
    .validate(next, old, {} as RequestContext)
    .map(({ field, type, detail }) => [field, type, detail].filter(Boolean).join(' '));
}

describe('an update of an image', () => {
  it('leaves what the image is as it was, without a word', () => {
    const layers = [{ name: 'a', size: 1, mediaType: 'm' }];
    const next = updated({
      dockerImageMetadata: { Id: 'other' },
      dockerImageMetadataVersion: '2.0',
      dockerImageLayers: layers,
    });
    expect(next).toEqual(image());
    expect(problems(next, image())).toEqual([]);
  });

  it('takes a manifest and a config whose digests match, and no others', () => {
    const parts = { dockerImageManifest: MANIFEST, dockerImageConfig: CONFIG };
    expect(updated(parts)).toMatchObject(parts);
    const old = image(parts);
    const spoiled = { dockerImageManifest: `${MANIFEST} `, dockerImageConfig: `${CONFIG} ` };
    expect(updated(spoiled, old)).toMatchObject(parts);
    expect(updated(spoiled)).toEqual(image());
  });
});

describe('signatures of an image', () => {
  it.each<[string, ImageSignature, string[]]>([
    ['a good one', signature('sha256:1@a'), []],
    [
      'no image in its name',
      signature('a'),
      ['signatures[0].metadata.name Invalid name must be of format <imageName>@<signatureName>'],
    ],
    [
      'nothing said',
      signature('i@a', { type: '', content: '' }),
      ['signatures[0].type Required', 'signatures[0].content Required'],
    ],
    [
      'nothing at all',
      {} as ImageSignature,
      [
        'signatures[0].metadata.name Required name or generateName is required',
        'signatures[0].metadata.name Invalid name must be of format <imageName>@<signatureName>',
        'signatures[0].type Required',
        'signatures[0].content Required',
      ],
    ],
    [
      'labels',
      signature('i@a', { metadata: { name: 'i@a', labels: { a: 'b' } } }),
      ['signatures[0].metadata.labels Forbidden signature labels cannot be set'],
    ],
  ])('are judged: %s', (_name, one, expected) => {
    expect(problems(image({ signatures: [one] }))).toEqual(expected);
  });

  it('say the same for ever', () => {
    const old = image({ signatures: [signature('i@a'), signature('i@b')] });
    const next = image({ signatures: [signature('i@b', { type: 'other' }), signature('i@a', { content: 'Yw==' })] });
    expect(problems(next, old)).toEqual([
      'signatures[0].type Forbidden cannot change signature type',
      'signatures[1].content Forbidden cannot change signature content',
    ]);
  });
});
