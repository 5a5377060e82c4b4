import { eventually, imageList, randomImage, type TestImage } from '@faktorz/testing';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { NeighbourBench, OWN_HOST } from './support/neighbour-bench.js';

jest.setTimeout(60_000);

const ACCEPT = { accept: 'application/vnd.oci.image.manifest.v1+json,application/vnd.oci.image.index.v1+json' };

let bench: NeighbourBench;
beforeAll(async () => {
  bench = await NeighbourBench.start();
  bench.auth.tokens.set('anns-token', 'ann');
}, 120_000);
afterAll(() => bench[Symbol.asyncDispose](), 60_000);

async function push(stream: string, image: TestImage, reference = '1', token = 'admins-token'): Promise<Response> {
  for (const { digest, bytes } of image.blobs) {
    const answer = await bench.ask(`/v2/${stream}/blobs/uploads/?digest=${digest}`, {
      method: 'POST',
      body: new Uint8Array(bytes),
      token,
    });
    if (answer.status !== 201) return answer;
  }
  return put(stream, image, reference, token);
}

function put(stream: string, image: TestImage, reference: string, token = 'admins-token'): Promise<Response> {
  const headers = { 'content-type': image.mediaType };
  return bench.ask(`/v2/${stream}/manifests/${reference}`, {
    method: 'PUT',
    body: new Uint8Array(image.manifest),
    headers,
    token,
  });
}

async function statusOf(answer: Promise<Response>): Promise<number> {
  const { status, body } = await answer;
  await body?.cancel();
  return status;
}

const get = (stream: string, reference: string) =>
  bench.ask(`/v2/${stream}/manifests/${reference}`, { headers: ACCEPT });
const may = (...rights: string[]) => rights.forEach((right) => bench.auth.rights.add(`ann ${right} team`));

describe('a push', () => {
  it('is recorded for who made it, as a complete image, before it is answered', async () => {
    may('get imagestreams/layers', 'update imagestreams/layers', 'create imagestreams');
    const image = randomImage({ config: { Env: ['A=b'] } });
    expect(await statusOf(push('team/app', image, '1', 'anns-token'))).toBe(201);
    const { push: recorded, by } = bench.tagTracker.pushes.at(-1)!;
    expect(by.user).toBe('ann');
    expect(recorded).toMatchObject({ namespace: 'team', stream: 'app', tags: ['1'], mayCreateStream: true });
    const [config, ...layers] = image.blobs;
    expect(recorded.image).toMatchObject({
      metadata: {
        name: image.digest,
        annotations: { 'openshift.io/image.managed': 'true', 'image.openshift.io/manifestBlobStored': 'true' },
      },
      dockerImageReference: `${OWN_HOST}/team/app@${image.digest}`,
      dockerImageLayers: layers.map(({ digest, bytes }) =>
        expect.objectContaining({ name: digest, size: bytes.length }),
      ),
      dockerImageMetadata: { Id: config!.digest, Config: { Env: ['A=b'] } },
    });
    expect(recorded.image).not.toHaveProperty('dockerImageManifest');
  });

  it('of an index lists its children, those without a platform too', async () => {
    const child = randomImage({ architecture: '', os: '' });
    await push('team/app', child, child.digest);
    expect(await statusOf(push('team/app', imageList([child]), 'all'))).toBe(201);
    expect(bench.tagTracker.pushes.at(-1)!.push.image).toMatchObject({
      dockerImageManifests: [expect.objectContaining({ digest: child.digest, architecture: 'unknown', os: 'unknown' })],
    });
  });

  it('may have names as long as a reference to an image may be', async () => {
    const image = randomImage();
    const longest = `team/${'a'.repeat(255 - `${OWN_HOST}/team/`.length)}`;
    expect(await statusOf(push(longest, image, 't'.repeat(128)))).toBe(201);
    expect(await statusOf(get(longest, 't'.repeat(128)))).toBe(200);
    const longer = await push(`${longest}a`, image);
    expect(longer.status).toBe(400);
    expect(await longer.json()).toMatchObject({ errors: [{ code: 'NAME_INVALID' }] });
  });

  it('by digest alone moves no tag, and is there by its digest in this repository only', async () => {
    const image = randomImage();
    expect(await statusOf(push('team/app', image, image.digest))).toBe(201);
    expect(bench.tagTracker.pushes.at(-1)!.push).toMatchObject({ tags: [] });
    expect(await statusOf(get('team/app', image.digest))).toBe(200);
    expect(await statusOf(get('other/app', image.digest))).toBe(404);
  });

  it.each([
    ['to a stream that is missing, by somebody who may not make one', 'team/new', ['create imagestreams']],
    ['to a project that is missing', 'nowhere/new', []],
  ])('%s is denied and leaves nothing', async (_name, stream, taken) => {
    may('get imagestreams/layers', 'update imagestreams/layers', 'create imagestreams');
    for (const right of taken) bench.auth.rights.delete(`ann ${right} team`);
    const image = randomImage();
    const answer = await push(stream, image, '1', stream.startsWith('team') ? 'anns-token' : 'admins-token');
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ errors: [{ code: 'DENIED' }] });
    expect(await statusOf(get(stream, image.digest))).toBe(404);
  });
});

describe('a limit of the namespace', () => {
  const image = randomImage();
  const layer = image.blobs.at(-1)!;
  const limit = (imageStorage: string) => bench.auth.limit('small', { imageStorage });

  it('refuses a larger blob, however it comes, and leaves nothing of it', async () => {
    await limit('10');
    const whole = await push('small/app', image);
    expect(whole.status).toBe(403);
    expect(await whole.json()).toMatchObject({
      errors: [{ code: 'DENIED', detail: expect.stringContaining('maximum limit per openshift.io/Image') }],
    });
    const session = await bench.ask('/v2/small/app/blobs/uploads/', { method: 'POST' });
    const place = session.headers.get('location')!.replace(/^https?:\/\/[^/]*/, '');
    const body = new Uint8Array(layer.bytes);
    expect(await statusOf(bench.ask(`${place}?digest=${layer.digest}`, { method: 'PUT', body }))).toBe(403);
    expect(await statusOf(bench.ask(`/v2/small/app/blobs/${layer.digest}`))).toBe(404);
    expect(await statusOf(bench.ask(place))).toBe(404);
  });

  it('lets it in as soon as it is raised', async () => {
    await limit('1Gi');
    const body = new Uint8Array(layer.bytes);
    await eventually('the new limit is known', async () => {
      const path = `/v2/small/app/blobs/uploads/?digest=${layer.digest}`;
      return (await statusOf(bench.ask(path, { method: 'POST', body }))) === 201 || undefined;
    });
  });
});

describe('a tag', () => {
  it('is asked for once, until it moves', async () => {
    const [first, second] = [randomImage(), randomImage()];
    await push('team/moving', first, 'now');
    await push('team/moving', second, second.digest);
    await eventually('the tag is known', async () => {
      await statusOf(get('team/moving', 'now'));
      const before = bench.tagTracker.asked;
      for (let i = 0; i < 5; i += 1) await statusOf(get('team/moving', 'now'));
      return bench.tagTracker.asked === before || undefined;
    });
    await bench.tagTracker.move('team/moving', 'now', second.digest);
    await eventually('the move is seen', async () => {
      const answer = await get('team/moving', 'now');
      await answer.body?.cancel();
      return answer.headers.get('docker-content-digest') === second.digest || undefined;
    });
  });

  it('that shows nothing, or of no stream, is not there', async () => {
    expect(await (await get('team/moving', 'absent')).json()).toMatchObject({ errors: [{ code: 'MANIFEST_UNKNOWN' }] });
    expect(await (await get('team/absent', 'now')).json()).toMatchObject({ errors: [{ code: 'NAME_UNKNOWN' }] });
  });

  it('set to an image of another repository here is pulled, blobs included', async () => {
    const image = randomImage();
    await push('team/source', image, '1');
    bench.tagTracker.put('other/copy', '1', image.digest, `${OWN_HOST}/other/copy@${image.digest}`);
    bench.tagTracker.stream('other/copy').origins.set(image.digest, [{ namespace: 'team', stream: 'source' }]);
    expect(await statusOf(get('other/copy', '1'))).toBe(200);
    for (const { digest } of image.blobs) expect(await statusOf(bench.ask(`/v2/other/copy/blobs/${digest}`))).toBe(200);
  });

  it('set to an image of another repository shows its blobs, however many other images have them', async () => {
    const image = randomImage();
    await push('team/popular', image, '1');
    const blob = image.blobs[1]!.digest;
    for (let n = 0; n < 600; n++) {
      const more = { ...(JSON.parse(image.manifest.toString()) as object), annotations: { n: `${n}` } };
      const manifest = Buffer.from(JSON.stringify(more));
      expect(await statusOf(put('team/popular', { ...image, manifest }, 'more'))).toBe(201);
    }
    bench.tagTracker.put('other/popular', '1', image.digest, `${OWN_HOST}/other/popular@${image.digest}`);
    bench.tagTracker.stream('other/popular').origins.set(image.digest, [{ namespace: 'team', stream: 'popular' }]);
    const before = bench.tagTracker.asked;
    expect(await statusOf(bench.ask(`/v2/other/nothing/blobs/${blob}`))).toBe(404);
    expect(bench.tagTracker.asked - before).toBe(2);
    expect(await statusOf(bench.ask(`/v2/other/popular/blobs/${blob}`))).toBe(200);
  });

  it('that merely names a digest of another project shows nothing', async () => {
    const image = randomImage();
    await push('team/safe', image, '1');
    bench.tagTracker.put('other/thief', '1', image.digest, `${OWN_HOST}/other/thief@${image.digest}`);
    expect(await statusOf(get('other/thief', '1'))).toBe(404);
    for (const { digest } of image.blobs)
      expect(await statusOf(bench.ask(`/v2/other/thief/blobs/${digest}`))).toBe(404);
  });

  it('is deleted as the imagestreamtag is, and its image by the digest', async () => {
    const image = randomImage();
    for (const tag of ['a', 'b', 'c']) await push('team/doomed', image, tag);
    expect(await statusOf(bench.ask('/v2/team/doomed/manifests/a', { method: 'DELETE' }))).toBe(202);
    expect(await (await bench.ask('/v2/team/doomed/tags/list')).json()).toMatchObject({ tags: ['b', 'c'] });
    expect(await statusOf(bench.ask(`/v2/team/doomed/manifests/${image.digest}`, { method: 'DELETE' }))).toBe(202);
    expect(await statusOf(get('team/doomed', 'b'))).toBe(404);
  });
});

it('the catalog has pages, and what the caller may list', async () => {
  for (const name of ['team/z', 'team/z-1', 'other/z']) bench.tagTracker.stream(name);
  bench.auth.rights.add('ann list imagestreams other');
  const page = (await (await bench.ask('/v2/_catalog?n=2&last=team/y')).json()) as { repositories: string[] };
  expect(page.repositories).toEqual(['team/z', 'team/z-1']);
  const own = (await (await bench.ask('/v2/_catalog', { token: 'anns-token' })).json()) as { repositories: string[] };
  expect(own.repositories.every((name) => name.startsWith('other/'))).toBe(true);
});
