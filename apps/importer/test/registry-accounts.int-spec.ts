import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, randomImage, reply, ScriptedRegistry, silence, type TestImage } from '@faktorz/testing';
import type { ImageStreamImport } from '../src/image-stream-import/image-stream-import.js';
import type { RegistryAccount } from '../src/registry-account/registry-account.js';
import { ImporterBench } from './support/importer-bench.js';

const EVERY_SECOND = { FAKTORZ_IMPORTER_CHECK_INTERVAL_SECONDS: '1', FAKTORZ_IMPORTER_MAX_CHECKS_PER_MINUTE: '0' };
const importPolicy = { insecure: true, scheduled: true };
const referencePolicy = { type: 'Source' as const };

let bench: ImporterBench;
beforeAll(async () => {
  bench = await ImporterBench.start();
}, 60_000);
afterEach(async () => {
  for (const stream of scheduled.splice(0)) await bench.tagTracker.deleteStream(stream, 'u');
  await new Promise((resolve) => setTimeout(resolve, 200));
  await bench.stopImporters();
  bench.auth.secrets.length = 0;
});
afterAll(() => bench.stop());

const scheduled: string[] = [];

/** Makes a stream whose tags `t0`, `t1` … are scheduled and known as they are. */
async function schedule(stream: string, server: ScriptedRegistry, count: number, image: TestImage): Promise<void> {
  const tags = Array.from({ length: count }, (_, index) => `t${index}`);
  for (const tag of tags) server.serve('x/y', tag, image);
  const from = (tag: string) => `${server.host}/x/y:${tag}`;
  bench.tagTracker.streams.set(`team/${stream}`, {
    metadata: { name: stream, namespace: 'team', uid: 'u' },
    spec: {
      tags: tags.map((name) => ({
        name,
        generation: 1,
        from: { kind: 'DockerImage', name: from(name) },
        importPolicy,
      })),
    },
    status: { tags: tags.map((tag) => ({ tag, items: [{ image: image.digest }] })) },
  });
  const items = tags.map((tag) => ({ tag, generation: 1, from: from(tag), importPolicy, referencePolicy }));
  await bench.tagTracker.request({ stream, cause: 'policy-changed', items });
  scheduled.push(stream);
}

const heads = (server: ScriptedRegistry) => server.requests.filter(({ method }) => method === 'HEAD').length;
const rest = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function accountOf(url: string, registry: string): Promise<RegistryAccount | undefined> {
  const list = await bench.tagTracker.get<{ items: RegistryAccount[] }>(
    url,
    `/apis/import.faktorz.io/v1/registryaccounts?fieldSelector=spec.registry%3D${encodeURIComponent(registry)}`,
  );
  return list.items.find(({ spec }) => spec.account === undefined);
}

describe('a registry that answers 429', () => {
  it('is left alone by all replicas for as long as it says, and neither checked nor imported from', async () => {
    await using server = await ScriptedRegistry.start();
    await using other = await ScriptedRegistry.start();
    const [first, second] = await Promise.all([bench.startImporter(EVERY_SECOND), bench.startImporter(EVERY_SECOND)]);
    await schedule('limited', server, 6, randomImage());
    await schedule('free', other, 3, randomImage());
    await eventually('all are checked', () => heads(server) > 12 && heads(other) > 6, 20_000);
    const refusal = { errors: [{ code: 'TOOMANYREQUESTS', message: 'slow down' }] };
    server.on(/manifests/, reply(429, refusal, { 'retry-after': '6' }));
    const refused = () => server.requests.length;
    const before = refused();
    await eventually('it refuses', () => refused() > before);
    const since = Date.now();
    await rest(500); // what was under way
    const asked = refused();
    const freely = heads(other);
    // Every tag once, and one more of each replica that had just been answered and had not heard of the refusal.
    expect(asked - before).toBeLessThanOrEqual(8);
    expect(await accountOf(second?.url ?? '', server.host)).toMatchObject({
      metadata: { name: `anonymous@${server.host}` },
      status: {
        backOff: { reason: 'refused' },
        scheduledTags: 6,
        lastError: { message: expect.stringContaining('answered 429 Too Many Requests') },
      },
    });
    const answer = await bench.tagTracker.post<ImageStreamImport>(
      second?.url ?? '',
      '/apis/image.openshift.io/v1/namespaces/team/imagestreamimports',
      {
        kind: 'ImageStreamImport',
        apiVersion: 'image.openshift.io/v1',
        metadata: { name: 'limited' },
        spec: {
          images: [{ from: { kind: 'DockerImage', name: `${server.host}/x/y:t0` }, importPolicy: { insecure: true } }],
        },
      },
    );
    expect(answer.status.images?.[0]?.status.message).toMatch(
      /429 Too Many Requests: not asked again before .*Z, as it wishes/,
    );
    await rest(since + 4000 - Date.now());
    expect(refused()).toBe(asked);
    expect(heads(other)).toBeGreaterThan(freely);
    expect(bench.tagTracker.failed.filter(({ stream }) => stream === 'limited')).toEqual([]); // no tag is to blame
    server.on(/manifests/, () => false);
    server.serve('x/y', 't0', randomImage());
    await eventually('it is asked again', () => refused() > asked + 3, 60_000);
    expect(first).toBeDefined();
  }, 90_000);
});

describe('a registry that counts', () => {
  it('is never asked for what people need, and shows what is left', async () => {
    await using server = await ScriptedRegistry.start();
    await Promise.all([bench.startImporter(EVERY_SECOND), bench.startImporter(EVERY_SECOND)]);
    await schedule('counted', server, 8, randomImage());
    const limit = 40;
    let left = limit;
    server.on(/manifests/, (_request, response) => {
      left -= 1;
      response.setHeader('ratelimit-limit', `${limit};w=3600`);
      response.setHeader('ratelimit-remaining', `${left};w=3600`);
      return false;
    });
    await eventually('the reserve is reached', () => left <= 4, 30_000);
    await rest(3000);
    expect(left).toBeGreaterThanOrEqual(3);
    const importer = await bench.startImporter();
    await eventually('it is told', async () => {
      const { status } = (await accountOf(importer.url, server.host)) ?? {};
      return status?.backOff?.reason === 'scarce' && status.requests.left === left && status.requests.limit === limit;
    });
  }, 60_000);
});

describe('a registry that does not answer', () => {
  it('delays no other, and is asked ever less often', async () => {
    await using mute = await ScriptedRegistry.start();
    await using quick = await ScriptedRegistry.start();
    const image = randomImage();
    const importer = await bench.startImporter(EVERY_SECOND);
    await schedule('mute', mute, 40, image);
    mute.on(/manifests/, silence);
    await eventually('it is asked', () => heads(mute) > 0, 20_000);
    await schedule('quick', quick, 20, image);
    await eventually('the other is checked', () => heads(quick) >= 40, 20_000);
    expect(heads(mute)).toBeLessThanOrEqual(8); // half of its sixteen places
    expect(importer).toBeDefined();
  }, 60_000);

  it('is left alone after three failures in a row', async () => {
    await using server = await ScriptedRegistry.start();
    const importer = await bench.startImporter(EVERY_SECOND);
    await schedule('broken', server, 20, randomImage());
    await eventually('it is checked', () => heads(server) > 20, 20_000);
    server.on(/manifests/, reply(502, 'bad gateway'));
    const state = await eventually(
      'it is left alone',
      async () => {
        const account = await accountOf(importer.url, server.host);
        return account?.status.backOff ? account : undefined;
      },
      40_000,
    );
    expect(state).toMatchObject({
      status: { backOff: { reason: 'trouble' }, lastError: { message: expect.stringContaining('502') } },
    });
    await rest(300);
    const asked = server.requests.length;
    await rest(2000);
    expect(server.requests.length).toBe(asked);
  }, 90_000);
});
