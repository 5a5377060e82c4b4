import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  EMPTY_KEYRING,
  OutboundPolicy,
  Registries,
  RegistryPolicyFile,
  SecretKeyring,
  type Keyring,
} from '@faktorz/registry-client';
import {
  DockerRegistry,
  guard,
  imageList,
  randomImage,
  rawManifest,
  reply,
  ScriptedRegistry,
  silence,
  tokenServer,
  type TestImage,
} from '@faktorz/testing';
import { RecentConfigs } from '../src/fetch/recent-configs.js';
import { RegistryGates } from '../src/fetch/registry-gates.js';
import { runImport, type PlanResults } from '../src/fetch/run-import.js';
import { defaultRequest, type SparseImport } from '../src/image-stream-import/default-request.js';
import { planRequest } from '../src/image-stream-import/plan-request.js';

const registries = new Registries({
  policy: new OutboundPolicy({ allowLoopback: true }),
  retry: { afterServerErrorMs: 1, afterTimeoutMs: 1 },
});
/** Every registry may be asked as often as we like. */
const accounts = {
  admit: () => undefined,
  answered: () => undefined,
  told: () => Promise.resolve(),
  failed: () => Promise.resolve(),
};
const tools = {
  registries,
  policy: new RegistryPolicyFile(),
  accounts,
  gates: new RegistryGates(4),
  configs: new RecentConfigs(),
};
const now = '2030-01-02T03:04:05Z';

function run(
  spec: SparseImport['spec'],
  options: {
    keyring?: Keyring;
    tagsPerRepository?: number;
    annotations?: Record<string, string>;
    limitMs?: number;
  } = {},
): Promise<PlanResults> {
  const tags = options.annotations
    ? [
        {
          name: 'latest',
          annotations: options.annotations,
          importPolicy: {},
          referencePolicy: { type: 'Source' as const },
        },
      ]
    : [];
  return runImport(tools, planRequest(defaultRequest({ spec }), tags), {
    keyring: options.keyring ?? EMPTY_KEYRING,
    tagsPerRepository: options.tagsPerRepository ?? 50,
    now,
    signal: new AbortController().signal,
    limitMs: options.limitMs,
  });
}

const image = (name: string, more: object = {}) => ({
  from: { kind: 'DockerImage', name },
  importPolicy: { insecure: true },
  ...more,
});

afterAll(() => registries.close());

describe('an import from a real docker-registry', () => {
  let registry: DockerRegistry;
  const plain = randomImage({ config: { Env: ['A=b'], Labels: { version: '1' } }, author: 'ann' });
  const list = imageList([
    randomImage({ architecture: 'arm64' }),
    randomImage({ architecture: 'amd64' }),
    randomImage({ architecture: 's390x' }),
  ]);
  beforeAll(async () => {
    registry = await DockerRegistry.start();
    await registry.push('team/app:1.0', plain);
    await registry.push('team/app:multi', list);
  });
  afterAll(() => registry.stop());

  it('describes the image as the registry has it', async () => {
    const { items } = await run({ import: true, images: [image(`${registry.host}/team/app:1.0`)] });
    const [config, ...layers] = plain.blobs;
    expect(items).toEqual([
      expect.objectContaining({
        status: { metadata: {}, status: 'Success' },
        to: '1.0',
        tag: '1.0',
        image: {
          metadata: { name: plain.digest, annotations: { 'image.openshift.io/dockerLayersOrder': 'ascending' } },
          dockerImageReference: `${registry.host}/team/app@${plain.digest}`,
          dockerImageMetadata: expect.objectContaining({
            kind: 'DockerImage',
            apiVersion: 'image.openshift.io/1.0',
            Id: config?.digest,
            Author: 'ann',
            Architecture: 'amd64',
            Config: { Env: ['A=b'], Labels: { version: '1' } },
            Size: plain.blobs.reduce((sum, { bytes }) => sum + bytes.length, 0),
          }),
          dockerImageMetadataVersion: '1.0',
          dockerImageManifestMediaType: plain.mediaType,
          dockerImageLayers: layers.map(({ digest, bytes }) => ({
            name: digest,
            size: bytes.length,
            mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
          })),
        },
      }),
    ]);
  });

  it.each([
    ['the amd64 image of a list', undefined, 1],
    ['the image the tag prefers', { 'importer.image.openshift.io/prefer-arch': 's390x' }, 2],
    ['amd64 where the preferred one is missing', { 'importer.image.openshift.io/prefer-arch': 'riscv64' }, 1],
  ])('takes %s', async (_name, annotations, child) => {
    const { items } = await run(
      { import: true, images: [image(`${registry.host}/team/app:multi`, { to: { name: 'latest' } })] },
      { annotations },
    );
    expect(items[0]?.image?.metadata.name).toBe(list.children[child]?.digest);
  });

  it('keeps a list with all its images when asked to', async () => {
    const { items } = await run({
      images: [
        image(`${registry.host}/team/app:multi`, {
          importPolicy: { insecure: true, importMode: 'PreserveOriginal' },
          includeManifest: true,
        }),
      ],
    });
    expect(items[0]?.image).toMatchObject({
      metadata: { name: list.digest },
      dockerImageMetadata: { Id: list.digest, Created: now },
      dockerImageManifests: list.children.map(({ digest }) => expect.objectContaining({ digest, os: 'linux' })),
    });
    expect(items[0]?.image?.dockerImageManifest).toBeUndefined();
    expect(items[0]?.manifests?.map(({ metadata }) => metadata.name)).toEqual(
      list.children.map(({ digest }) => digest),
    );
    expect(items[0]?.manifests?.[0]?.dockerImageManifest).toBe(list.children[0]?.manifest.toString());
  });

  it('reports what is not there and goes on with the rest', async () => {
    const { host } = registry;
    const { items } = await run({
      images: [image(`${host}/team/app:none`), image(`${host}/no/such`), image('*'), image(`${host}/team/app:1.0`)],
    });
    expect(items.map(({ status, tag }) => [status.code, status.message, tag])).toEqual([
      [404, `dockerimage.image.openshift.io "${host}/team/app:none" not found`, 'none'],
      [404, `dockerimage.image.openshift.io "${host}/no/such:latest" not found`, 'latest'],
      [422, expect.stringContaining('invalid name'), 'latest'],
      [undefined, undefined, '1.0'],
    ]);
  });

  it('takes the tags of a repository in the order of versions, up to the limit', async () => {
    const one = randomImage();
    for (const tag of ['zz', '1.2', 'latest', '2.0', '1.2.3']) await registry.push(`team/many:${tag}`, one);
    const { repository } = await run({ repository: image(`${registry.host}/team/many`) }, { tagsPerRepository: 3 });
    expect(repository).toMatchObject({ status: { status: 'Success' }, additionalTags: ['1.2.3', 'zz'] });
    expect(repository?.items.map(({ tag }) => tag)).toEqual(['latest', '2.0', '1.2']);
    const none = await run({ repository: image(`${registry.host}/no/such`) });
    expect(none.repository).toMatchObject({
      status: { code: 404, message: expect.stringContaining(`"${registry.host}/no/such"`) },
      items: [],
    });
  });

  it('names the address where nobody listens, and the way out of a plain HTTP registry', async () => {
    const { items } = await run({
      images: [image('127.0.0.1:9/x/y:1.0'), { from: { kind: 'DockerImage', name: `${registry.host}/team/app:1.0` } }],
    });
    expect(items[0]?.status).toMatchObject({
      reason: 'InternalError',
      message: expect.stringMatching(/^Internal error occurred: 127\.0\.0\.1:9\/x\/y:1\.0: .*127\.0\.0\.1:9.*refused/),
      details: { causes: [{ message: expect.stringContaining('127.0.0.1:9/x/y:1.0') }] },
    });
    expect(items[1]?.status.message).toContain('server gave HTTP response to HTTPS client');
  });
});

describe('an import from a scripted registry', () => {
  const one = randomImage();

  async function withServer(images: TestImage[], use: (server: ScriptedRegistry) => Promise<void>): Promise<void> {
    await using server = await ScriptedRegistry.start();
    for (const [index, served] of images.entries()) server.serve('x/y', String(index), served);
    await use(server);
  }

  it('asks for no tag that can be none, and takes the rest of the list', () =>
    withServer([one], async (server) => {
      server.on('/v2/x/y/tags/list', reply(200, { tags: ['../../../private', 'a b', '0'] }));
      const { repository } = await run({ repository: image(`${server.host}/x/y`) });
      expect(repository?.status.message).toBe('2 of the images from this repository failed to import');
      expect(repository?.items.map(({ tag, status }) => [tag, status.reason])).toEqual([
        ['../../../private', 'Invalid'],
        ['0', undefined],
        ['a b', 'Invalid'],
      ]);
      expect(server.seen.filter((request) => !/ \/v2\/(x\/y\/(tags|manifests\/0|blobs)|$)/.test(request))).toEqual([]);
    }));

  it('fetches the same image once, however often it is named', () =>
    withServer([one], async (server) => {
      await run({ images: [1, 2, 3].map(() => image(`${server.host}/x/y:0`)) });
      expect(server.seen.filter((request) => request.includes('manifests'))).toHaveLength(1);
      expect(server.seen.filter((request) => request.includes('blobs'))).toHaveLength(1);
    }));

  it('tries without credentials when they are wrong, and keeps the refusal where that does not help', () =>
    withServer([one], async (server) => {
      let needsLogin = false;
      server
        .on(/^\/v2\//, guard('Bearer abc', `Bearer realm="${server.url}/token",service="s"`))
        .on('/token', (request, response) =>
          request.headers.authorization || needsLogin
            ? tokenServer('abc', { username: 'ann', password: 'right' })(request, response)
            : tokenServer('abc')(request, response),
        );
      const payload = JSON.stringify({ auths: { [server.host]: { username: 'ann', password: 'wrong' } } });
      const keyring = new SecretKeyring([{ name: 's', type: 'kubernetes.io/dockerconfigjson', payload }]);
      const spec = { images: [image(`${server.host}/x/y:0`)] };
      expect((await run(spec, { keyring })).items[0]?.status.status).toBe('Success');
      needsLogin = true;
      await using other = await ScriptedRegistry.start();
      other.on(/^\/v2\//, guard('Bearer abc', `Bearer realm="${server.url}/token",service="t"`));
      const wrong = new SecretKeyring([
        {
          name: 's',
          type: 'kubernetes.io/dockercfg',
          payload: JSON.stringify({ [other.host]: { auth: btoa('ann:wrong') } }),
        },
      ]);
      const { items } = await run({ images: [image(`${other.host}/x/y:0`)] }, { keyring: wrong });
      expect(items[0]?.status).toMatchObject({
        code: 401,
        message: `incorrect username or password for image "${other.host}/x/y:0"`,
      });
    }));

  it.each([
    ['an empty list', imageList([]), 'no manifests in manifest list'],
    [
      'a manifest that is none',
      rawManifest('application/vnd.oci.image.manifest.v1+json', { schemaVersion: 2, config: 7 }),
      'config',
    ],
    [
      'a list that names its child by tag',
      rawManifest('application/vnd.oci.image.index.v1+json', {
        schemaVersion: 2,
        manifests: [{ mediaType: randomImage().mediaType, digest: '0', size: 1 }],
      }),
      'must be a sha256, sha384 or sha512 digest',
    ],
    [
      'layers of less than nothing',
      rawManifest('application/vnd.oci.image.manifest.v1+json', {
        schemaVersion: 2,
        config: { digest: randomImage().digest },
        layers: [{ digest: randomImage().digest, size: -1 }],
      }),
      'layers.0.size',
    ],
    ['a list with a missing child', { ...imageList([randomImage()]), children: [] }, 'not found'],
  ])('fails the tag of %s', (_name, served, message) =>
    withServer([served], async (server) => {
      const { items } = await run({ images: [image(`${server.host}/x/y:0`)] });
      expect(items[0]).toMatchObject({ status: { status: 'Failure', message: expect.stringContaining(message) } });
    }),
  );

  it('describes layers of every kind, and artifacts whose empty configuration nobody keeps', () => {
    const empty = 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a';
    const layers = [
      'application/vnd.oci.image.layer.v1.tar+zstd',
      'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
      'application/vnd.example.chart',
    ].map((mediaType, index) => ({ mediaType, digest: `sha256:${String(index).repeat(64)}`, size: 10 + index }));
    const artifact = rawManifest('application/vnd.oci.image.manifest.v1+json', {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      artifactType: 'application/vnd.example',
      config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: empty, size: 2 },
      layers,
    });
    return withServer([artifact], async (server) => {
      const { items } = await run({ images: [image(`${server.host}/x/y:0`)] });
      expect(items[0]).toMatchObject({
        status: { status: 'Success' },
        image: {
          metadata: { name: artifact.digest },
          dockerImageMetadata: { Id: empty, Size: 33 + 2 },
          dockerImageLayers: layers.map(({ mediaType, digest: name, size }) => ({ name, size, mediaType })),
        },
      });
      expect(server.seen.filter((request) => request.includes('blobs'))).toEqual([]);
    });
  });

  it('fails what takes too long, and keeps the rest', () =>
    withServer([randomImage()], async (server) => {
      server.on('/v2/x/y/manifests/slow', silence);
      const images = [image(`${server.host}/x/y:slow`), image(`${server.host}/x/y:0`)];
      const { items } = await run({ images }, { limitMs: 300 });
      expect(items.map(({ status }) => status)).toMatchObject([
        {
          status: 'Failure',
          reason: 'InternalError',
          message: expect.stringContaining('no complete answer within 0.3 s'),
        },
        { status: 'Success' },
      ]);
    }));

  it('tells what a registry said of its own trouble', () =>
    withServer([], async (server) => {
      server.on(
        /manifests/,
        reply(429, { errors: [{ code: 'TOOMANYREQUESTS', message: 'come back' }] }, { 'retry-after': '120' }),
      );
      const { items } = await run({ images: [image(`${server.host}/x/y:0`)] });
      expect(items[0]).toMatchObject({
        retryAfterMs: 120_000,
        status: { reason: 'InternalError', message: expect.stringContaining('come back') },
      });
      server.on('/v2/', reply(500, 'no'));
      await using none = await ScriptedRegistry.start();
      none.on('/v2/', reply(404, 'no'));
      expect((await run({ repository: image(`${none.host}/x/y`) })).repository?.status.reason).toBe('NotV2Registry');
    }));
});
