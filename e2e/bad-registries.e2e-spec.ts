import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type Answer,
  cutShort,
  drip,
  endless,
  imageList,
  randomImage,
  rawManifest,
  redirect,
  reply,
  ScriptedRegistry,
  silence,
} from '@faktorz/testing';
import { Acceptance } from './support/acceptance.js';
import { IMAGE_API, streamPath, type StreamView } from './support/image-streams.js';

const NAMESPACE = 'liars';
const REPOSITORY = 'team/app';
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

interface ImportView {
  status: { images: { status: { status: string; reason?: string; message?: string; code?: number } }[] };
}

let bench: Acceptance;

beforeAll(async () => {
  bench = await Acceptance.start();
  await bench.kubectl(['create', 'namespace', NAMESPACE]);
}, 120_000);

afterAll(async () => {
  // Nothing that failed to come whole may be left behind.
  const images = await bench.object<{ items: unknown[] }>(`${IMAGE_API}/images`);
  await bench[Symbol.asyncDispose]();
  expect(images?.items).toEqual([]);
}, 60_000);

/** Imports `host/team/app:1` into a stream of that name, over plain HTTP. */
async function importFrom(
  host: string,
  name: string,
  query: string,
): Promise<ImportView['status']['images'][number]['status']> {
  const response = await bench.system.request(`${IMAGE_API}/namespaces/${NAMESPACE}/imagestreamimports${query}`, {
    method: 'POST',
    json: {
      apiVersion: 'image.openshift.io/v1',
      kind: 'ImageStreamImport',
      metadata: { name },
      spec: {
        import: true,
        images: [
          {
            from: { kind: 'DockerImage', name: `${host}/${REPOSITORY}:1` },
            to: { name: '1' },
            importPolicy: { insecure: true },
          },
        ],
      },
    },
  });
  expect(response.status).toBe(201);
  const { status } = ((await response.json()) as ImportView).status.images[0] ?? {};
  if (!status) throw new Error('no status came back');
  return status;
}

/** The failed import says why, the stream says the same, and no image came of it. */
async function expectFailed(host: string, name: string, reason: string, says: RegExp, query = ''): Promise<void> {
  const status = await importFrom(host, name, query);
  expect(status).toMatchObject({ status: 'Failure', reason, message: expect.stringMatching(says) });
  const stream = await bench.object<StreamView>(streamPath(NAMESPACE, name));
  expect(stream?.status.tags).toEqual([
    {
      tag: '1',
      items: null,
      conditions: [
        expect.objectContaining({ type: 'ImportSuccess', status: 'False', reason, message: status.message }),
      ],
    },
  ]);
}

const image = randomImage();
const config = image.blobs[0];
const listOfOther = imageList([randomImage()]);
const manifestPath = `/v2/${REPOSITORY}/manifests/1`;
const configPath = `/v2/${REPOSITORY}/blobs/${config?.digest ?? ''}`;
const declared = { 'content-type': MANIFEST, 'docker-content-digest': image.digest };

/** How a server behaves on which paths, beside having the image. */
type Behaviour = readonly [path: string | RegExp, answer: Answer];

describe.each<[what: string, name: string, behaviour: Behaviour, reason: string, says: RegExp]>([
  [
    'has no such tag',
    'absent',
    [manifestPath, reply(404, { errors: [{ code: 'MANIFEST_UNKNOWN', message: 'x' }] })],
    'NotFound',
    /not found/,
  ],
  [
    'lets nobody in',
    'closed',
    [manifestPath, reply(401, '', { 'www-authenticate': 'Basic realm="x"' })],
    'Unauthorized',
    /you may not have access to the container image/,
  ],
  [
    'serves web pages',
    'pages',
    [/.*/, reply(200, '<html>hello</html>', { 'content-type': 'text/html' })],
    'InternalError',
    /./,
  ],
  ['has nothing at all', 'nothing', [/.*/, reply(404, 'nothing here')], 'InternalError', /does not support v2 API/],
  [
    'names another digest',
    'digest',
    [manifestPath, reply(200, image.manifest, { ...declared, 'docker-content-digest': `sha256:${'0'.repeat(64)}` })],
    'InternalError',
    /digest/,
  ],
  [
    'gives another configuration than asked for',
    'config',
    [configPath, reply(200, '{"architecture":"amd64"}')],
    'InternalError',
    /integrity|digest|size/,
  ],
  ['hangs up in the middle', 'cut', [manifestPath, cutShort(image.manifest, declared)], 'InternalError', /./],
  ['never stops sending', 'endless', [manifestPath, endless(declared)], 'InternalError', /large|big|bytes|limit/],
  [
    'sends what is no manifest',
    'nonsense',
    [manifestPath, reply(200, '{"layers":7}', { 'content-type': MANIFEST })],
    'InternalError',
    /manifest/,
  ],
  ['sends broken JSON', 'broken', [manifestPath, reply(200, '{', { 'content-type': MANIFEST })], 'InternalError', /./],
  ['sends on to itself for ever', 'circle', [manifestPath, redirect(manifestPath)], 'InternalError', /redirect/],
  [
    'sends on to another kind of address',
    'elsewhere',
    [manifestPath, redirect('file:///etc/passwd')],
    'InternalError',
    /./,
  ],
  [
    'sends on to where nobody may go',
    'metadata-redirect',
    [manifestPath, redirect('http://169.254.169.254/latest/meta-data')],
    'InternalError',
    /169\.254\.169\.254 are refused: it is a metadata address/,
  ],
  [
    'wants tokens from where nobody may go',
    'metadata-realm',
    [manifestPath, reply(401, '', { 'www-authenticate': 'Bearer realm="http://10.0.0.1/token"' })],
    'InternalError',
    /10\.0\.0\.1 are refused: it is a private address/,
  ],
  [
    'has had enough for an hour',
    'limit',
    [manifestPath, reply(429, '', { 'retry-after': '3600' })],
    'InternalError',
    /answered 429 Too Many Requests/,
  ],
  [
    'lists images it does not have',
    'list',
    [manifestPath, reply(200, listOfOther.manifest, { 'content-type': listOfOther.mediaType })],
    'NotFound',
    /not found/,
  ],
])('a registry that %s', (_what, name, behaviour, reason, says) => {
  it(`is a ${reason}`, async () => {
    await using registry = await ScriptedRegistry.start();
    registry.serve(REPOSITORY, '1', image).on(...behaviour);
    await expectFailed(registry.host, name, reason, says);
  });
});

it('a list without images is an InternalError', async () => {
  await using registry = await ScriptedRegistry.start();
  const list = rawManifest('application/vnd.oci.image.index.v1+json', {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [],
  });
  registry.serve(REPOSITORY, '1', list);
  await expectFailed(registry.host, 'empty', 'InternalError', /no manifests in manifest list/);
});

it('nobody at the address is an InternalError that names it', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  const { port } = await new Promise<{ port: number }>((resolve) =>
    server.once('listening', () => resolve(server.address() as { port: number })),
  );
  await new Promise((resolve) => server.close(resolve));
  await expectFailed(`127.0.0.1:${port}`, 'nobody', 'InternalError', new RegExp(`127\\.0\\.0\\.1:${port}.*refused`));
});

it('a destination that is not allowed is refused by name', async () => {
  await expectFailed('169.254.169.254', 'metadata', 'InternalError', /169\.254\.169\.254/);
});

it('a registry in trouble is asked three times', async () => {
  await using registry = await ScriptedRegistry.start();
  registry.on(manifestPath, reply(503, 'maintenance'));
  await expectFailed(registry.host, 'trouble', 'InternalError', /answered 503/);
  expect(registry.seen.filter((request) => request === `GET ${manifestPath}`)).toHaveLength(3);
}, 60_000);

it('slow servers end in a time-out, and hold nobody else up', async () => {
  await using mute = await ScriptedRegistry.start();
  await using slow = await ScriptedRegistry.start();
  mute.on(/.*/, silence);
  slow.serve(REPOSITORY, '1', image).on(manifestPath, drip(200, declared));
  const waiting = [
    expectFailed(mute.host, 'mute', 'InternalError', /no complete answer (from \S+ )?within \d+ s/, '?timeout=35s'),
    expectFailed(slow.host, 'slow', 'InternalError', /no complete answer (from \S+ )?within \d+ s/, '?timeout=35s'),
  ];
  const startedAt = Date.now();
  await using quick = await ScriptedRegistry.start();
  quick.on(manifestPath, reply(404, { errors: [{ code: 'MANIFEST_UNKNOWN', message: 'x' }] }));
  await expectFailed(quick.host, 'quick', 'NotFound', /not found/);
  expect(Date.now() - startedAt).toBeLessThan(5_000);
  await Promise.all(waiting);
}, 120_000);
