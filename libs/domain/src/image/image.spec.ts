import { describe, expect, it } from '@jest/globals';
import { parseImageReference } from '../reference/parse-image-reference.js';
import { fieldErrorText } from '../validation/field-error.js';
import { chooseManifest, platformPreference } from './choose-manifest.js';
import { withDerivedParts } from './derive-image.js';
import { apiTime, emptyMetadata, normalizedMetadata } from './docker-metadata.js';
import { imageFromManifest, type ImageSourceParts } from './image-from-manifest.js';
import type { Image } from './image.js';
import { InvalidManifest, parseManifest } from './manifest.js';
import { MEDIA_TYPE } from './media-types.js';
import { validateImage } from './validate-image.js';

const digest = (character: string): string => `sha256:${character.repeat(64)}`;
const now = '2026-03-03T00:00:00Z';
const parts: Omit<ImageSourceParts, 'manifest'> = {
  reference: parseImageReference('lab:5000/team/app:1'),
  digest: digest('1'),
  now,
};
const layer = (character: string, size: number) => ({
  mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
  digest: digest(character),
  size,
});
const manifest = JSON.stringify({
  schemaVersion: 2,
  mediaType: MEDIA_TYPE.ociManifest,
  config: { mediaType: MEDIA_TYPE.ociConfig, digest: digest('c'), size: 2 },
  layers: [layer('a', 10), layer('b', 20), layer('a', 10)],
});
const index = JSON.stringify({
  schemaVersion: 2,
  manifests: [
    {
      mediaType: MEDIA_TYPE.ociManifest,
      digest: digest('d'),
      size: 5,
      platform: { architecture: 'arm64', os: 'linux', variant: 'v8' },
    },
    {
      mediaType: MEDIA_TYPE.ociManifest,
      digest: digest('e'),
      size: 6,
      platform: { architecture: 'amd64', os: 'linux' },
    },
    { mediaType: MEDIA_TYPE.ociManifest, digest: digest('f'), size: 7 },
  ],
});

describe('imageFromManifest', () => {
  it('keeps the place as the user wrote it and counts a layer once', () => {
    const config = JSON.stringify({
      created: '2024-05-06T07:08:09.123456789+02:00',
      architecture: 'arm64',
      os: 'linux',
      author: 'ann',
    });
    expect(imageFromManifest({ ...parts, manifest, config })).toEqual({
      metadata: { name: digest('1'), annotations: { 'image.openshift.io/dockerLayersOrder': 'ascending' } },
      dockerImageReference: `lab:5000/team/app@${digest('1')}`,
      dockerImageMetadata: {
        kind: 'DockerImage',
        apiVersion: 'image.openshift.io/1.0',
        Id: digest('c'),
        Created: '2024-05-06T05:08:09Z',
        ContainerConfig: {},
        Author: 'ann',
        Architecture: 'arm64',
        Size: 30 + config.length,
      },
      dockerImageMetadataVersion: '1.0',
      dockerImageLayers: [layer('a', 10), layer('b', 20), layer('a', 10)].map(({ digest: name, size, mediaType }) => ({
        name,
        size,
        mediaType,
      })),
      dockerImageManifestMediaType: MEDIA_TYPE.ociManifest,
    });
  });

  it('writes the config block in the order of docker, without empty parts', () => {
    const config = JSON.stringify({
      container_config: { Cmd: ['x'] },
      docker_version: '1.9',
      parent: 'p',
      config: {
        Labels: { z: '1', a: '2' },
        Env: ['A=b'],
        User: '',
        Cmd: null,
        Volumes: { '/data': null },
        Tty: false,
        OnBuild: [],
        Entrypoint: ['/run'],
        StopSignal: 'TERM',
      },
    });
    const { dockerImageMetadata } = imageFromManifest({ ...parts, manifest, config });
    expect(JSON.stringify(dockerImageMetadata)).toBe(
      `{"kind":"DockerImage","apiVersion":"image.openshift.io/1.0","Id":"${digest('c')}","Parent":"p","Created":null,"ContainerConfig":{"Cmd":["x"]},"DockerVersion":"1.9","Config":{"Env":["A=b"],"Volumes":{"/data":{}},"Entrypoint":["/run"],"Labels":{"a":"2","z":"1"}},"Size":${30 + config.length}}`,
    );
  });

  it.each([
    ['none', undefined, 30],
    ['no JSON', 'hello', 35],
    ['an array', '[]', 32],
    ['parts of wrong types', '{"author":1,"config":"x","created":[]}', 68],
  ])('takes an artifact whose config is %s', (_name, config, size) => {
    const { dockerImageMetadata } = imageFromManifest({ ...parts, manifest, ...(config !== undefined && { config }) });
    expect(dockerImageMetadata).toEqual({ ...emptyMetadata(digest('c')), Size: size });
  });

  it('keeps manifest and config when asked to', () => {
    expect(imageFromManifest({ ...parts, manifest, config: '{}', includeManifest: true })).toMatchObject({
      dockerImageManifest: manifest,
      dockerImageConfig: '{}',
    });
  });

  it('lists the children of an index, which has no layers and no order', () => {
    const image = imageFromManifest({ ...parts, manifest: index, includeManifest: true });
    expect(image).toEqual({
      metadata: { name: digest('1') },
      dockerImageReference: `lab:5000/team/app@${digest('1')}`,
      dockerImageMetadata: emptyMetadata(digest('1'), now),
      dockerImageMetadataVersion: '1.0',
      dockerImageManifestMediaType: MEDIA_TYPE.ociIndex,
      dockerImageManifests: [
        {
          digest: digest('d'),
          mediaType: MEDIA_TYPE.ociManifest,
          manifestSize: 5,
          architecture: 'arm64',
          os: 'linux',
          variant: 'v8',
        },
        { digest: digest('e'), mediaType: MEDIA_TYPE.ociManifest, manifestSize: 6, architecture: 'amd64', os: 'linux' },
        {
          digest: digest('f'),
          mediaType: MEDIA_TYPE.ociManifest,
          manifestSize: 7,
          architecture: 'unknown',
          os: 'unknown',
        },
      ],
    });
    expect(validateImage(image)).toEqual([]);
  });

  it('takes no schema 1 whose history is no JSON', () => {
    const schema1 = JSON.stringify({ schemaVersion: 1, history: [{ v1Compatibility: '{' }] });
    expect(() => imageFromManifest({ ...parts, manifest: schema1 })).toThrow('history.0.v1Compatibility');
  });

  it('turns schema 1 round: base layer first, sizes from the history or from outside', () => {
    const history = [
      { id: 'v1', created: '2015-01-01T00:00:00Z', Size: 7, config: { User: 'u' } },
      { id: 'v0', Size: -1.5 },
    ];
    const schema1 = JSON.stringify({
      schemaVersion: 1,
      fsLayers: [{ blobSum: digest('b') }, { blobSum: digest('a') }],
      history: history.map((entry) => ({ v1Compatibility: JSON.stringify(entry) })),
    });
    const image = imageFromManifest({
      ...parts,
      manifest: schema1,
      mediaType: MEDIA_TYPE.signedSchema1,
      layerSizes: new Map([[digest('a'), 5]]),
    });
    expect(image).toMatchObject({
      dockerImageManifestMediaType: MEDIA_TYPE.schema1,
      dockerImageLayers: [
        { name: digest('a'), size: 5, mediaType: MEDIA_TYPE.schema1Layer },
        { name: digest('b'), size: 7 },
      ],
      dockerImageMetadata: { Id: 'v1', Created: '2015-01-01T00:00:00Z', Config: { User: 'u' }, Size: 12 },
    });
  });
});

describe('parseManifest', () => {
  it.each([
    ['what the registry said', manifest, `${MEDIA_TYPE.schema2}; charset=utf-8`, MEDIA_TYPE.schema2],
    ['the field', manifest, 'application/json', MEDIA_TYPE.ociManifest],
    ['the shape of an index', index, '', MEDIA_TYPE.ociIndex],
    [
      'the shape of a manifest',
      JSON.stringify({ schemaVersion: 2, config: { digest: digest('c') } }),
      '',
      MEDIA_TYPE.ociManifest,
    ],
  ])('knows the type by %s', (_name, text, mediaType, expected) => {
    expect(parseManifest(text, mediaType).mediaType).toBe(expected);
  });

  it.each([
    ['no JSON', 'x', ''],
    ['no object', '[]', ''],
    ['nothing known', '{}', 'text/html'],
    ['a layer without digest', JSON.stringify({ schemaVersion: 2, config: { digest: 'c' }, layers: [{}] }), ''],
  ])('refuses %s', (_name, text, mediaType) => {
    expect(() => parseManifest(text, mediaType)).toThrow(InvalidManifest);
  });
});

describe('chooseManifest', () => {
  const list = parseManifest(index);
  const manifests = list.form === 'list' ? list.manifests : [];
  const server = { architecture: 's390x', os: 'linux' };
  const choose = (preferred: Parameters<typeof chooseManifest>[1], from = manifests) =>
    chooseManifest(from, preferred, server).digest;

  it.each([
    ['what the tag prefers', { architecture: 'arm64' }, digest('d')],
    ['linux/amd64 instead of what there is not', { architecture: 'riscv64' }, digest('e')],
    ['linux/amd64 where nothing is preferred and the server is another', {}, digest('e')],
  ])('takes %s', (_name, preferred, expected) => expect(choose(preferred)).toBe(expected));

  it('takes the first at last', () => expect(choose({}, manifests.slice(2))).toBe(digest('f')));
  it('refuses an empty list', () => expect(() => choose({}, [])).toThrow('no manifests in manifest list'));
  it('reads the preference from annotations', () => {
    expect(platformPreference({ 'importer.image.openshift.io/prefer-arch': 'arm64' })).toEqual({
      architecture: 'arm64',
    });
    expect(platformPreference(null)).toEqual({});
  });
});

describe('withDerivedParts', () => {
  const bare: Image = {
    metadata: { name: digest('1') },
    dockerImageReference: 'x/y',
    dockerImageMetadata: {},
    dockerImageMetadataVersion: '',
  };

  it('shows metadata even when there is none', () => {
    expect(withDerivedParts(bare, now)).toEqual({
      ...bare,
      dockerImageMetadata: emptyMetadata(),
      dockerImageMetadataVersion: '1.0',
    });
  });

  it('derives what a manifest says', () => {
    expect(withDerivedParts({ ...bare, dockerImageManifest: manifest }, now)).toMatchObject({
      dockerImageLayers: [{ size: 10 }, { size: 20 }, { size: 10 }],
      dockerImageManifestMediaType: MEDIA_TYPE.ociManifest,
      dockerImageMetadata: { Id: digest('c'), Size: 30 },
    });
  });

  it('leaves an Image whose manifest cannot be read', () => {
    expect(withDerivedParts({ ...bare, dockerImageManifest: 'x' }, now).dockerImageLayers).toBeUndefined();
  });

  it("brings a client's metadata into form", () => {
    const raw = {
      Size: 5,
      Architecture: 'arm64',
      Config: { Env: ['A=1'], Bogus: 1 },
      Id: 'x',
      Created: '0001-01-01T00:00:00Z',
    };
    expect(JSON.stringify(normalizedMetadata(raw))).toBe(
      '{"kind":"DockerImage","apiVersion":"image.openshift.io/1.0","Id":"x","Created":null,"ContainerConfig":{},"Config":{"Env":["A=1"]},"Architecture":"arm64","Size":5}',
    );
  });
});

describe('validateImage', () => {
  const image = imageFromManifest({ ...parts, manifest });

  it.each([
    ['nothing', {}, []],
    ['the name', { metadata: { name: 'a/b' } }, [`metadata.name: Invalid value: "a/b": may not contain '/'`]],
    ['no name', { metadata: { name: '' } }, ['metadata.name: Required value: name or generateName is required']],
    ['no reference', { dockerImageReference: '' }, ['dockerImageReference: Required value']],
    [
      'an unreadable reference',
      { dockerImageReference: 'A b' },
      ['dockerImageReference: Invalid value: "A b": invalid reference format'],
    ],
    [
      'layers beside children',
      { dockerImageManifests: [{ digest: 'd', mediaType: 'm', manifestSize: 1, architecture: 'a', os: 'o' }] },
      [expect.stringContaining('dockerImageLayers: Invalid value')],
    ],
    [
      'a child of no platform',
      {
        dockerImageLayers: [],
        dockerImageManifests: [{ digest: 'd', mediaType: 'm', manifestSize: 1, architecture: '', os: '' }],
      },
      ['dockerImageManifests[0].architecture: Required value', 'dockerImageManifests[0].os: Required value'],
    ],
  ])('finds wrong: %s', (_name, change, expected) => {
    expect(validateImage({ ...image, ...change }).map(fieldErrorText)).toEqual(expected);
  });
});

describe('apiTime', () => {
  it.each([
    ['2024-01-02T03:04:05.999Z', '2024-01-02T03:04:05Z'],
    ['2024-01-02T03:04:05-01:00', '2024-01-02T04:04:05Z'],
    ['yesterday', null],
    [undefined, null],
  ])('%p is %p', (text, expected) => expect(apiTime(text)).toBe(expected));
});
