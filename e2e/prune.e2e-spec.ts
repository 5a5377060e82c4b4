import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, randomImage, type TestImage } from '@faktorz/testing';
import { Acceptance } from './support/acceptance.js';
import { history, streamPath, type StreamView } from './support/image-streams.js';
import type { Ran } from './support/program.js';

const PROJECT = 'shop';
const NOTHING_YOUNG = ['--keep-younger-than=0s', '--keep-tag-revisions=1'];

let bench: Acceptance;
/** `host:port` of the integrated registry. */
let ours: string;
let credentials: string;
/** Oldest first. */
let pushed: TestImage[];

beforeAll(async () => {
  bench = await Acceptance.start();
  ours = `127.0.0.1:${bench.system.registryPort}`;
  credentials = await bench.file('auth.json', '{}');
  expect(await faktorz('new-project', PROJECT)).toMatchObject({ code: 0 });
  expect(await faktorz('registry', 'login', `--registry=${ours}`, '--insecure', '-a', credentials)).toMatchObject({
    code: 0,
  });
  pushed = [randomImage(), randomImage(), randomImage()];
  for (const image of pushed) await pushAs('live', image);
}, 120_000);

afterAll(() => bench[Symbol.asyncDispose]());

function faktorz(...args: string[]): Promise<Ran> {
  return bench.faktorz(args);
}

/** Brings an image into the integrated registry as a new entry of the tag. */
async function pushAs(tag: string, image: TestImage): Promise<void> {
  await bench.registry.push(`bakery/cart:${tag}`, image);
  const places = [`${bench.registry.host}/bakery/cart:${tag}`, `${ours}/${PROJECT}/cart:${tag}`];
  expect(await faktorz('image', 'mirror', '--insecure', '-a', credentials, ...places)).toMatchObject({ code: 0 });
}

async function digestsOfLive(): Promise<string[]> {
  return history(await bench.object<StreamView>(streamPath(PROJECT, 'cart')), 'live');
}

/** What the registry answers to somebody who may pull. */
async function statusOf(path: string): Promise<number> {
  const authorization = `Basic ${Buffer.from(`any:${bench.system.token}`).toString('base64')}`;
  const accept = 'application/vnd.oci.image.manifest.v1+json';
  const response = await fetch(`http://${ours}/v2/${PROJECT}/cart/${path}`, { headers: { authorization, accept } });
  await response.arrayBuffer();
  return response.status;
}

function deployment(image: string): object {
  const labels = { app: 'cart' };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'cart', namespace: PROJECT },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'web', image }] } },
    },
  };
}

describe('adm prune images', () => {
  it('keeps by default what is young, and says that nothing was to do', async () => {
    expect(await faktorz('adm', 'prune', 'images', '--confirm')).toMatchObject({
      code: 0,
      stdout: 'Summary: deleted 0 objects\n',
    });
  });

  it('tells in a dry run what would go, and changes nothing', async () => {
    const before = await digestsOfLive();
    const { code, stdout, stderr } = await faktorz('adm', 'prune', 'images', ...NOTHING_YOUNG);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('Dry run enabled') });
    expect(stdout).toContain(`Deleting 2 items from image stream ${PROJECT}/cart\n`);
    expect(stdout).toContain(`Deleting image ${pushed[0]?.digest}\n`);
    expect(stdout).toMatch(/^Summary: deleted 2 image object\(s\), deleted 2 image stream tag item\(s\), updated 1 /m);
    expect(await digestsOfLive()).toEqual(before);
  });

  it('stops before any change when an object names an image that cannot be read', async () => {
    const bad = await bench.manifest('bad.json', deployment('Not An Image'));
    await faktorz('create', '-f', bad);
    const refused = await faktorz('adm', 'prune', 'images', ...NOTHING_YOUNG, '--confirm');
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('Deployment[shop/cart]') });
    expect(await digestsOfLive()).toHaveLength(3);
    await faktorz('delete', 'deploy/cart');
  });

  it('goes on in spite of such an object when it is told to, and leaves the registry or images alone', async () => {
    const bad = await bench.manifest('bad.json', deployment('Not An Image'));
    await faktorz('create', '-f', bad);
    const tell = async (...flags: string[]) => {
      const { code, stdout } = await faktorz(
        'adm',
        'prune',
        'images',
        ...NOTHING_YOUNG,
        ...flags,
        '--ignore-invalid-refs',
      );
      expect(code).toBe(0);
      return stdout;
    };
    const objects = await tell('--prune-registry=false');
    expect(objects).toMatch(
      /^Only API objects will be removed\. {2}No modifications to the image registry will be made\.$/m,
    );
    expect(objects).toMatch(
      /deleted 2 image object\(s\), deleted 2 image stream tag item\(s\), updated 1 image stream\(s\)$/m,
    );
    expect(await tell('-n', PROJECT)).toMatch(
      /^Summary: deleted 2 image stream tag item\(s\), updated 1 .* layer link/m,
    );
    expect(await tell('--all=false')).toContain('Deleting image ');
    await faktorz('delete', 'deploy/cart');
  });

  it('by size chooses what exceeds the limit of its project', async () => {
    const limits = [{ type: 'openshift.io/Image', max: { storage: '1' } }];
    const metadata = { name: 'small', namespace: PROJECT };
    const range = { apiVersion: 'v1', kind: 'LimitRange', metadata, spec: { limits } };
    await faktorz('create', '-f', await bench.manifest('limits.json', range));
    const { stdout } = await faktorz('adm', 'prune', 'images', '--prune-over-size-limit', '--num-workers=1');
    expect(stdout).toContain(`Deleting 3 items from image stream ${PROJECT}/cart\n`);
    await faktorz('delete', 'limitrange', 'small', '-n', PROJECT);
    const unlimited = await faktorz('adm', 'prune', 'images', '--prune-over-size-limit');
    expect(unlimited).toMatchObject({ code: 0, stdout: 'Summary: deleted 0 objects\n' });
  });

  it('removes what nobody needs, from the histories, the images and the registry', async () => {
    const [oldest, running, newest] = pushed as [TestImage, TestImage, TestImage];
    const inUse = await bench.manifest('in-use.json', deployment(`any.host/${PROJECT}/cart@${running.digest}`));
    expect(await faktorz('create', '-f', inUse)).toMatchObject({ code: 0 });
    const { code, stdout } = await faktorz('adm', 'prune', 'images', ...NOTHING_YOUNG, '--confirm');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Summary: deleted 1 image object\(s\), deleted 1 image stream tag item\(s\), updated 1 /m);
    expect(await digestsOfLive()).toEqual([newest.digest, running.digest]);
    expect(await bench.object(`/apis/image.openshift.io/v1/images/${oldest.digest}`)).toBeUndefined();
    expect(await statusOf(`manifests/${oldest.digest}`)).toBe(404);
    for (const { digest } of oldest.blobs) expect(await statusOf(`blobs/${digest}`)).toBe(404);
    for (const image of [running, newest]) {
      expect(await statusOf(`manifests/${image.digest}`)).toBe(200);
      for (const { digest } of image.blobs) expect(await statusOf(`blobs/${digest}`)).toBe(200);
    }
  });

  it('takes a pruned image again when it is pushed anew', async () => {
    const [oldest] = pushed as [TestImage];
    await pushAs('live', oldest);
    expect((await digestsOfLive())[0]).toBe(oldest.digest);
    for (const { digest } of oldest.blobs) expect(await statusOf(`blobs/${digest}`)).toBe(200);
  });

  it.each([
    [['--keep-tag-revisions=-1'], '--keep-tag-revisions must be greater than or equal to 0'],
    [['--keep-younger-than=-1m'], '--keep-younger-than must be greater than or equal to 0'],
    [['--prune-over-size-limit', '--keep-tag-revisions=1'], '--prune-over-size-limit cannot be specified with'],
    [['--confirm', '--registry-url=http://127.0.0.1:9'], 'failed to ping registry http://127.0.0.1:9'],
    [['--registry-url=127.0.0.1:9/v2'], 'invalid --registry-url flag: no path'],
    [['--force-insecure', '--certificate-authority=ca.pem'], '--certificate-authority cannot be specified with'],
    [['--num-workers=0'], '--num-workers must be greater than 0'],
  ])('refuses %j', async (flags, words) => {
    const refused = await faktorz('adm', 'prune', 'images', ...flags);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining(words) });
  });

  it('is not for everybody', async () => {
    await faktorz('adm', 'create-user', 'ann');
    const token = await tokenOfAnn();
    const refused = await faktorz('adm', 'prune', 'images', '--confirm', `--token=${token}`);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('Forbidden') });
  });
});

const PRUNERS = '/apis/imageregistry.operator.openshift.io/v1/imagepruners';

interface Pruner {
  metadata: { generation: number };
  spec: object;
  status: { nextScheduleTime: string; history?: { result: string; deleted: object; failures?: string[] }[] };
}

async function tokenOfAnn(): Promise<string> {
  return (await faktorz('adm', 'create-token', 'ann')).stdout.trim().split('\n').at(-1) ?? '';
}

function pruner(name: string, spec: object): object {
  return { apiVersion: 'imageregistry.operator.openshift.io/v1', kind: 'ImagePruner', metadata: { name }, spec };
}

function write(method: string, path: string, json: object): Promise<Response> {
  return bench.system.request(path, { method, json });
}

/** The outcomes of the pruner's runs, as soon as there are so many. */
async function outcomes(count: number): Promise<NonNullable<Pruner['status']['history']>> {
  return eventually(`${count} runs have ended`, async () => {
    const history = (await bench.object<Pruner>(`${PRUNERS}/cluster`))?.status.history ?? [];
    return history.length >= count && history;
  });
}

/** As if the time had come. */
async function makeDue(): Promise<void> {
  await bench.system.query(`UPDATE registry.prune_schedule SET due_at = now() - interval '1 hour'`);
}

describe('the image pruner', () => {
  it('is one, and says what is wrong with it', async () => {
    const misnamed = await write('POST', PRUNERS, pruner('other', {}));
    expect(misnamed.status).toBe(422);
    expect(await misnamed.json()).toMatchObject({ details: { causes: [{ field: 'metadata.name' }] } });
    const bad = await write('POST', PRUNERS, pruner('cluster', { schedule: 'at night', keepTagRevisions: -1 }));
    expect(await bad.json()).toMatchObject({
      code: 422,
      details: { causes: [{ field: 'spec.schedule' }, { field: 'spec.keepTagRevisions' }] },
    });
  });

  it('is served like every other resource', async () => {
    const manifest = await bench.manifest('pruner.json', pruner('cluster', { keepYoungerThanDuration: '0s' }));
    expect(await faktorz('create', '-f', manifest)).toMatchObject({ code: 0 });
    const { stdout } = await faktorz('get', 'imagepruner');
    expect(stdout).toMatch(/^NAME +SCHEDULE +NEXT +LAST +RESULT\ncluster +0 0 \* \* \* /);
    const made = await bench.object<Pruner>(`${PRUNERS}/cluster`);
    expect(made).toMatchObject({ spec: { keepTagRevisions: 3, failedJobsHistoryLimit: 3 } });
    expect(Date.parse(made?.status.nextScheduleTime ?? '')).toBeGreaterThan(Date.now());
    const token = await tokenOfAnn();
    expect((await bench.system.request(`${PRUNERS}/cluster`, { token })).status).toBe(403);
  });

  it('prunes when its time has come, once, and tells what it did', async () => {
    await faktorz('delete', 'deploy/cart');
    const [newest, ...older] = await digestsOfLive();
    await faktorz('patch', 'imagepruner', 'cluster', '--type=merge', '-p', '{"spec":{"keepTagRevisions":1}}');
    await makeDue();
    const [outcome] = await outcomes(1);
    expect(outcome).toMatchObject({
      result: 'Succeeded',
      deleted: { images: older.length, items: older.length, streams: 1, blobs: expect.any(Number) },
    });
    expect(await digestsOfLive()).toEqual([newest]);
    for (const digest of older) expect(await statusOf(`manifests/${digest}`)).toBe(404);
    expect(await statusOf(`manifests/${newest}`)).toBe(200);
    expect(await bench.object<Pruner>(`${PRUNERS}/cluster`)).toMatchObject({ metadata: { generation: 2 } });
  });

  it('says why it did not prune', async () => {
    const bad = await bench.manifest('bad.json', deployment('Not An Image'));
    await faktorz('create', '-f', bad);
    await makeDue();
    const [outcome] = await outcomes(2);
    expect(outcome).toMatchObject({
      result: 'Failed',
      failures: [expect.stringContaining('Deployment[shop/cart]')],
    });
  });
});
