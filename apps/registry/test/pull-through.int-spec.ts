import { createHash, randomBytes } from 'node:crypto';
import { Metrics } from '@faktorz/service-kit';
import { DockerRegistry, eventually, randomImage, reply, ScriptedRegistry, type TestImage } from '@faktorz/testing';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { MirrorExpiry } from '../src/pull-through/mirror-expiry.js';
import { NeighbourBench } from './support/neighbour-bench.js';

jest.setTimeout(60_000);

const ACCEPT = { accept: 'application/vnd.oci.image.manifest.v1+json' };

let bench: NeighbourBench;
let outside: DockerRegistry;
beforeAll(async () => {
  [bench, outside] = await Promise.all([NeighbourBench.start(), DockerRegistry.start()]);
}, 120_000);
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  await outside.stop();
}, 60_000);

/** Pushes an image to the outside registry and tags a stream of ours with it. */
async function imported(stream: string, image: TestImage, from = outside.host): Promise<void> {
  if (from === outside.host) await outside.push(`${stream}:1`, image);
  bench.tagTracker.put(stream, '1', image.digest, `${from}/${stream}@${image.digest}`);
}

const manifestOf = (stream: string, reference = '1') =>
  bench.ask(`/v2/${stream}/manifests/${reference}`, { headers: ACCEPT });
const blobOf = (stream: string, digest: string, range?: string) =>
  bench.ask(`/v2/${stream}/blobs/${digest}`, { headers: range === undefined ? {} : { range } });
const bytesOf = async (answer: Response) => Buffer.from(await answer.arrayBuffer());
/** Comparing megabytes element by element would take a minute. */
const isOf = async (answer: Response, bytes: Buffer) => (await bytesOf(answer)).equals(bytes);

async function linked(stream: string, digest: string): Promise<boolean> {
  const [namespace, name] = stream.split('/');
  const rows = await bench.query(
    'SELECT 1 FROM blob_link WHERE namespace = $1 AND stream = $2 AND digest = $3 AND mirrored',
    [namespace, name, digest],
  );
  return rows.length > 0;
}

/** An upstream of one blob that answers as the test says. */
async function upstreamOf(
  stream: string,
  bytes: Buffer,
): Promise<{ upstream: ScriptedRegistry; digest: string; path: string }> {
  const upstream = await ScriptedRegistry.start();
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  bench.tagTracker.put(stream, '1', `sha256:${'0'.repeat(64)}`, `${upstream.host}/${stream}@sha256:${'0'.repeat(64)}`);
  return { upstream, digest, path: `/v2/${stream}/blobs/${digest}` };
}

describe('an image that is elsewhere', () => {
  it('comes from there, and from here the next time', async () => {
    const image = randomImage();
    await imported('team/ship', image);
    const manifest = await manifestOf('team/ship');
    expect(manifest.status).toBe(200);
    expect(await isOf(manifest, image.manifest)).toBe(true);
    for (const { digest, bytes } of image.blobs)
      expect(await isOf(await blobOf('team/ship', digest), bytes)).toBe(true);
    await eventually('all blobs are kept', async () => {
      for (const { digest } of image.blobs) if (!(await linked('team/ship', digest))) return undefined;
      return true;
    });
    const figures = await bench.provider(Metrics).registry.metrics();
    for (const operation of ['getManifest', 'headBlob', 'getBlob']) {
      const labels = `{service="registry",registry="${outside.host}",operation="${operation}"}`;
      expect(figures).toContain(`imageregistry_pullthrough_repository_duration_seconds_count${labels}`);
    }
    bench.tagTracker.put('team/ship', '1', image.digest, `127.0.0.1:1/gone/ship@${image.digest}`);
    expect((await manifestOf('team/ship')).status).toBe(200);
    for (const { digest, bytes } of image.blobs)
      expect(await isOf(await blobOf('team/ship', digest), bytes)).toBe(true);
  });

  it('is not there when the registry it came from does not have it, and it says where that was', async () => {
    const image = randomImage();
    await imported('team/lost', image, '127.0.0.1:1');
    const answer = await manifestOf('team/lost');
    expect(answer.status).toBe(404);
    const { errors } = (await answer.json()) as { errors: { code: string; message: string }[] };
    expect(errors[0]).toMatchObject({
      code: 'OPENSHIFT_PULLTHROUGH_MANIFEST',
      message: expect.stringContaining('127.0.0.1:1/team/lost'),
    });
    expect((await blobOf('team/lost', image.blobs[0]!.digest)).status).toBe(404);
  });

  it('comes from where the tag has it, though a newer one has it from elsewhere', async () => {
    const image = randomImage();
    await imported('team/twice', image);
    const { places } = bench.tagTracker.stream('team/twice');
    places.set(`1 ${image.digest}`, places.get(image.digest)!);
    places.set(image.digest, { dockerImageReference: `127.0.0.1:1/gone/x@${image.digest}`, insecure: false });
    expect((await manifestOf('team/twice', image.digest)).status).toBe(404);
    expect((await manifestOf('team/twice')).status).toBe(200);
  });

  it('makes the client wait when its registry has had enough', async () => {
    const { upstream, digest, path } = await upstreamOf('team/busy', randomBytes(10));
    await using _ = upstream.on(path, reply(429, 'slow down')).on(/manifests/, reply(429, 'slow down'));
    expect((await blobOf('team/busy', digest)).status).toBe(429);
    expect((await manifestOf('team/busy')).status).toBe(429);
  });

  it('gives out parts of its blobs', async () => {
    const bytes = randomBytes(300_000);
    const { upstream, digest, path } = await upstreamOf('team/part', bytes);
    await using _ = upstream.on(path, reply(200, bytes));
    const part = await blobOf('team/part', digest, 'bytes=1000-1999');
    expect(part.status).toBe(206);
    expect(await isOf(part, bytes.subarray(1000, 2000))).toBe(true);
  });
});

describe('a blob on its way', () => {
  it('is fetched once, whoever asks for it meanwhile', async () => {
    const bytes = randomBytes(2_000_000);
    const { upstream, digest, path } = await upstreamOf('team/shared', bytes);
    await using _ = upstream.on(path, (_request, response) => {
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(0, 1_000_000));
      setTimeout(() => response.end(bytes.subarray(1_000_000)), 300);
    });
    const answers = await Promise.all([1, 2, 3, 4].map(() => blobOf('team/shared', digest)));
    for (const answer of answers) expect(await isOf(answer, bytes)).toBe(true);
    expect(upstream.seen.filter((request) => request === `GET ${path}`)).toHaveLength(1);
  });

  it('reaches the client before all of it is here', async () => {
    const bytes = randomBytes(100_000);
    const { upstream, digest, path } = await upstreamOf('team/early', bytes);
    let finish: () => void = () => undefined;
    await using _ = upstream.on(path, (request, response) => {
      response.writeHead(200, { 'content-length': bytes.length });
      if (request.method === 'HEAD') return void response.end();
      response.write(bytes.subarray(0, 1000));
      finish = () => response.end(bytes.subarray(1000));
    });
    const answer = await blobOf('team/early', digest);
    const reader = answer.body!.getReader();
    const first = await reader.read();
    expect(first.value?.length).toBeGreaterThan(0);
    finish();
    let length = first.value?.length ?? 0;
    for (let next = await reader.read(); !next.done; next = await reader.read()) length += next.value.length;
    expect(length).toBe(bytes.length);
  });

  it('goes on where it broke off', async () => {
    const bytes = randomBytes(1_000_000);
    const { upstream, digest, path } = await upstreamOf('team/broken', bytes);
    const ranges: (string | undefined)[] = [];
    await using _ = upstream.on(path, (request, response) => {
      if (request.method === 'HEAD') return void response.writeHead(200, { 'content-length': bytes.length }).end();
      const { range } = request.headers;
      ranges.push(range);
      const first = Number(/^bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0);
      response.writeHead(range ? 206 : 200, {
        'content-length': bytes.length - first,
        ...(range && { 'content-range': `bytes ${first}-${bytes.length - 1}/${bytes.length}` }),
      });
      if (first > 0) return void response.end(bytes.subarray(first));
      response.write(bytes.subarray(0, 400_000));
      setTimeout(() => response.destroy(), 100);
    });
    expect(await isOf(await blobOf('team/broken', digest), bytes)).toBe(true);
    expect(ranges).toEqual([undefined, expect.stringMatching(/^bytes=[1-9]/)]);
  });

  it('whose registry dies is given to nobody as a whole, leaves nothing, and comes when the registry is back', async () => {
    const bytes = randomBytes(1_000_000);
    const { upstream, digest, path } = await upstreamOf('team/dying', bytes);
    let isBack = false;
    let requests = 0;
    await using _ = upstream.on(path, (request, response) => {
      if (request.method !== 'HEAD' && !isBack && (requests += 1) > 1) return void response.destroy();
      response.writeHead(200, { 'content-length': bytes.length });
      if (request.method === 'HEAD') return void response.end();
      if (isBack) return void response.end(bytes);
      response.write(bytes.subarray(0, 600_000));
      setTimeout(() => response.destroy(), 100);
    });
    const answers = await Promise.all([1, 2, 3].map(() => blobOf('team/dying', digest)));
    for (const answer of answers) await expect(answer.arrayBuffer()).rejects.toThrow();
    expect(requests).toBeGreaterThan(1);
    expect(await linked('team/dying', digest)).toBe(false);
    isBack = true;
    expect(await isOf(await blobOf('team/dying', digest), bytes)).toBe(true);
  });

  it('of another content is given to nobody as a whole, and never kept', async () => {
    const bytes = randomBytes(50_000);
    const { upstream, digest, path } = await upstreamOf('team/wrong', bytes);
    await using _ = upstream.on(path, reply(200, randomBytes(50_000)));
    const answer = await blobOf('team/wrong', digest);
    await expect(answer.arrayBuffer()).rejects.toThrow();
    expect(await linked('team/wrong', digest)).toBe(false);
    expect(await bench.query('SELECT 1 FROM blob WHERE digest = $1', [digest])).toEqual([]);
  });
});

describe('what is here because of others', () => {
  it('is no answer: a stream whose upstream does not have it shows nothing', async () => {
    const image = randomImage();
    await imported('team/private', image);
    await bytesOf(await manifestOf('team/private'));
    for (const { digest } of image.blobs) await bytesOf(await blobOf('team/private', digest));
    await using upstream = await ScriptedRegistry.start();
    bench.tagTracker.put('other/thief', '1', image.digest, `${upstream.host}/other/thief@${image.digest}`);
    expect((await manifestOf('other/thief')).status).toBe(404);
    expect((await manifestOf('other/thief', image.digest)).status).toBe(404);
    for (const { digest } of image.blobs) expect((await blobOf('other/thief', digest)).status).toBe(404);
  });

  it('is not given to whoever says that his registry has it', async () => {
    const image = randomImage();
    const [blob] = image.blobs;
    await imported('team/secret', image);
    await bytesOf(await blobOf('team/secret', blob!.digest));
    const lie = randomBytes(blob!.bytes.length);
    await using upstream = (await ScriptedRegistry.start()).on(`/v2/other/liar/blobs/${blob!.digest}`, reply(200, lie));
    bench.tagTracker.put('other/liar', '1', image.digest, `${upstream.host}/other/liar@${image.digest}`);
    const answer = await blobOf('other/liar', blob!.digest);
    const got = await bytesOf(answer).catch(() => Buffer.alloc(0));
    expect(got.equals(blob!.bytes)).toBe(false);
    expect(await linked('other/liar', blob!.digest)).toBe(false);
  });

  it('expires when nobody asks for it', async () => {
    const image = randomImage();
    await imported('team/old', image);
    await bytesOf(await manifestOf('team/old'));
    const { digest } = image.blobs[0]!;
    await bytesOf(await blobOf('team/old', digest));
    await eventually('the blob is kept', async () => (await linked('team/old', digest)) || undefined);
    expect(await bench.provider(MirrorExpiry).expire()).toBe(0);
    for (const table of ['blob_link', 'manifest_link'])
      await bench.query(`UPDATE ${table} SET last_used_at = now() - interval '8 days' WHERE stream = 'old'`);
    expect(await bench.provider(MirrorExpiry).expire()).toBe(2);
    expect((await blobOf('team/old', digest)).status).toBe(200);
  });
});
