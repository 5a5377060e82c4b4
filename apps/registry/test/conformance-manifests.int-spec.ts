import { imageList, randomImage, type TestImage } from '@faktorz/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OciError } from '../src/oci/oci-error.js';
import { type Answer, digestOf, randomBlob, RegistryBench } from './support/registry-bench.js';

let bench: RegistryBench;
beforeAll(async () => {
  bench = await RegistryBench.start();
}, 60_000);
afterAll(() => bench[Symbol.asyncDispose](), 30_000);

const REPO = 'conformance/one';
const IMAGE = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';
const EMPTY = 'application/vnd.oci.empty.v1+json';
const ACCEPT = { accept: `${INDEX}, ${IMAGE}` };

interface Made {
  bytes: Buffer;
  digest: string;
  mediaType: string;
}
type Json = Record<string, unknown>;

function made(content: Json, algorithm = 'sha256'): Made {
  const bytes = Buffer.from(JSON.stringify(content));
  return { bytes, digest: digestOf(bytes, algorithm), mediaType: content.mediaType as string };
}

async function blob(mediaType: string, bytes = randomBlob(100), algorithm = 'sha256'): Promise<Json> {
  return { mediaType, digest: await bench.pushBlob(REPO, bytes, algorithm), size: bytes.length };
}

/** An image manifest whose blobs are pushed; `more` adds fields or replaces them. */
async function imageOf(more: Json = {}, algorithm = 'sha256'): Promise<Made> {
  const config = Buffer.from(
    JSON.stringify({ architecture: 'amd64', os: 'linux', rootfs: {}, x: randomBlob(8).toString('hex') }),
  );
  return made(
    {
      schemaVersion: 2,
      mediaType: IMAGE,
      config: await blob('application/vnd.oci.image.config.v1+json', config, algorithm),
      layers: [await blob('application/vnd.oci.image.layer.v1.tar+gzip', undefined, algorithm)],
      ...more,
    },
    algorithm,
  );
}

function indexOf(children: readonly Made[], more: Json = {}, algorithm = 'sha256'): Made {
  const manifests = children.map(({ mediaType, digest, bytes }) => ({ mediaType, digest, size: bytes.length }));
  return made({ schemaVersion: 2, mediaType: INDEX, manifests, ...more }, algorithm);
}

function put(reference: string, { bytes, mediaType }: Made, query = ''): Promise<Answer> {
  return bench.request('PUT', `/v2/${REPO}/manifests/${reference}${query}`, {
    body: bytes,
    headers: { 'content-type': mediaType },
  });
}

function get(reference: string, method = 'GET'): Promise<Answer> {
  return bench.request(method, `/v2/${REPO}/manifests/${reference}`, { headers: ACCEPT });
}

/** Pushes by digest and by tag, pulls both ways, lists, deletes. */
async function expectWholeLife(manifests: readonly Made[], tag: string): Promise<void> {
  for (const one of manifests) {
    const answer = await put(one.digest, one);
    expect(answer).toMatchObject({ status: 201, headers: { 'docker-content-digest': one.digest } });
    const located = await bench.request('GET', answer.headers.location ?? '', { headers: ACCEPT });
    expect([located.status, located.headers['content-type']]).toEqual([200, one.mediaType]);
    expect(located.body.equals(one.bytes)).toBe(true);
  }
  const top = manifests.at(-1) as Made;
  if (top.digest.startsWith('sha256:')) expect(await put(tag, top)).toMatchObject({ status: 201 });
  else expect(await put(top.digest, top, `?tag=${tag}`)).toMatchObject({ status: 201, headers: { 'oci-tag': tag } });
  const tags = await bench.request('GET', `/v2/${REPO}/tags/list`);
  expect(JSON.parse(tags.body.toString())).toMatchObject({ name: REPO, tags: expect.arrayContaining([tag]) });
  for (const reference of [tag, ...manifests.map(({ digest }) => digest)]) {
    const one = reference === tag ? top : (manifests.find(({ digest }) => digest === reference) as Made);
    const headers = {
      'content-type': one.mediaType,
      'content-length': String(one.bytes.length),
      'docker-content-digest': one.digest,
      etag: `"${one.digest}"`,
    };
    const whole = await get(reference);
    expect({ status: whole.status, headers: whole.headers }).toMatchObject({ status: 200, headers });
    expect(whole.body.equals(one.bytes)).toBe(true);
    expect(await get(reference, 'HEAD')).toMatchObject({ status: 200, headers });
  }
  expect(await bench.request('DELETE', `/v2/${REPO}/manifests/${tag}`)).toMatchObject({ status: 202 });
  expect(await get(tag, 'HEAD')).toMatchObject({ status: 404 });
  for (const { digest } of [...manifests].reverse()) {
    expect(await bench.request('DELETE', `/v2/${REPO}/manifests/${digest}`)).toMatchObject({ status: 202 });
    expect(await get(digest, 'HEAD')).toMatchObject({ status: 404 });
    expect(await bench.request('DELETE', `/v2/${REPO}/manifests/${digest}`)).toMatchObject({ status: 404 });
  }
}

const ARTIFACT = 'application/vnd.example.thing.v1';

async function artifact(more: Json = {}): Promise<Made> {
  const config = await blob(EMPTY, Buffer.from('{}'));
  return imageOf({ artifactType: ARTIFACT, config, layers: [await blob(ARTIFACT)], ...more });
}

describe('a manifest lives its whole life as', () => {
  const kinds: [string, () => Promise<Made[]>][] = [
    ['an image', async () => [await imageOf()]],
    ['a manifest of nearly 4 MiB', async () => [await imageOf({ annotations: large() })]],
    ['an index', async () => withIndex([await imageOf(), await imageOf()])],
    [
      'a nested index',
      async () => {
        const [one, two, inner] = await withIndex([await imageOf(), await imageOf()]);
        return [one, two, inner, indexOf([inner as Made], { annotations: { of: 'indexes' } })] as Made[];
      },
    ],
    ['an empty index', async () => [indexOf([], { annotations: { random: randomBlob(8).toString('hex') } })]],
    ['an artifact', async () => [await artifact()]],
    [
      'an artifact without layers',
      async () => {
        const empty = await blob(EMPTY, Buffer.from('{}'));
        return [await artifact({ layers: [empty], annotations: { random: randomBlob(8).toString('hex') } })];
      },
    ],
    ['an index of artifacts', async () => withIndex([await artifact(), await artifact()], { artifactType: ARTIFACT })],
    ['an image without layers', async () => [await imageOf({ layers: [] })]],
    [
      'an image whose descriptors hold data',
      async () => {
        const bytes = randomBlob(20);
        return [await imageOf({ layers: [{ ...(await blob(ARTIFACT, bytes)), data: bytes.toString('base64') }] })];
      },
    ],
    [
      'an image with layers that may not be distributed',
      async () => {
        const absent = {
          mediaType: 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip',
          digest: digestOf(randomBlob()),
          size: 123456,
          urls: ['https://elsewhere.example.com/layer'],
        };
        return [await imageOf({ layers: [absent, await blob('application/vnd.oci.image.layer.v1.tar+gzip')] })];
      },
    ],
    ['an image with fields nobody knows', async () => [await imageOf({ 'org.example.field': { nested: [1, null] } })]],
    [
      'an index whose children are missing',
      async () => {
        const missing = made({ schemaVersion: 2, mediaType: IMAGE, x: randomBlob(8).toString('hex') });
        return withIndex([await imageOf(), missing]).then(([image, , index]) => [image, index] as Made[]);
      },
    ],
    ['an image by sha512', async () => [await imageOf({}, 'sha512')]],
    ['an index by sha512', async () => withIndex([await imageOf({}, 'sha512')], {}, 'sha512')],
  ];
  it.each(kinds)('%s', async (name, make) => {
    await expectWholeLife(await make(), name.replaceAll(/[^a-z0-9]+/g, '-'));
  });
});

async function withIndex(children: Made[], more: Json = {}, algorithm = 'sha256'): Promise<Made[]> {
  return [...children, indexOf(children, more, algorithm)];
}

function large(): Record<string, string> {
  return Object.fromEntries(Array.from({ length: 390 }, (_, index) => [`large-${index}`, 'A'.repeat(10_000)]));
}

it.each([
  ['docker', randomImage({ form: 'docker' })],
  ['docker list', imageList([randomImage({ form: 'docker' })], 'docker')],
  ['oci', randomImage()],
])('takes %s images as they come', async (name, image: TestImage) => {
  await pushTree(image, name.replace(' ', '-'));
  const answer = await bench.request('GET', `/v2/${REPO}/manifests/${name.replace(' ', '-')}`, {
    headers: { accept: image.mediaType },
  });
  expect(answer).toMatchObject({ status: 200, body: image.manifest });
});

async function pushTree(image: TestImage, reference: string): Promise<void> {
  for (const child of image.children) await pushTree(child, child.digest);
  for (const { bytes } of image.blobs) await bench.pushBlob(REPO, bytes);
  const answer = await put(reference, { bytes: image.manifest, digest: image.digest, mediaType: image.mediaType });
  expect(answer.status).toBe(201);
}

it('sets several tags with a push by digest', async () => {
  const image = await imageOf({}, 'sha512');
  const answer = await put(image.digest, image, '?tag=first&tag=second');
  expect(answer).toMatchObject({ status: 201, headers: { 'oci-tag': expect.anything() } });
  for (const tag of ['first', 'second']) {
    expect(await get(tag)).toMatchObject({ status: 200, headers: { 'docker-content-digest': image.digest } });
  }
});

describe('a manifest is refused', () => {
  it('under another digest', async () => {
    const image = await imageOf();
    const changed = { ...image, bytes: Buffer.concat([image.bytes, Buffer.from('  ')]) };
    expect(await put(image.digest, changed)).toMatchObject({ status: 400, code: 'DIGEST_INVALID' });
    expect(await put('sha256:baddigeststring', image)).toMatchObject({ status: 400, code: 'DIGEST_INVALID' });
    expect(await get('sha256:baddigeststring')).toMatchObject({ status: 404 });
  });

  it('when a blob it names is missing, or has another size', async () => {
    const missing = digestOf(randomBlob());
    const layer = { mediaType: ARTIFACT, digest: missing, size: 512 };
    const refused = await put('missing', await imageOf({ layers: [layer] }));
    expect(refused).toMatchObject({ status: 400, code: 'MANIFEST_BLOB_UNKNOWN' });
    expect(JSON.parse(refused.body.toString())).toMatchObject({ errors: [{ detail: missing }] });
    const wrong = { ...(await blob(ARTIFACT)), size: 99 };
    expect(await put('wrong-size', await imageOf({ layers: [wrong] }))).toMatchObject({
      status: 400,
      code: 'MANIFEST_INVALID',
    });
  });

  it('at the first of very many blobs that are missing', async () => {
    const layers = Array.from({ length: 25_000 }, (_, n) => ({
      mediaType: 'x',
      digest: `sha256:${String(n).padStart(64, '0')}`,
      size: 1,
    }));
    const began = performance.now();
    expect(await put('many', await imageOf({ layers }))).toMatchObject({ status: 400, code: 'MANIFEST_BLOB_UNKNOWN' });
    expect(performance.now() - began).toBeLessThan(3000);
  });

  it('when a blob it names lies in another repository only', async () => {
    const bytes = randomBlob();
    const digest = await bench.pushBlob('elsewhere/secret', bytes);
    const image = await imageOf({ layers: [{ mediaType: ARTIFACT, digest, size: bytes.length }] });
    expect(await put('stolen', image)).toMatchObject({ status: 400, code: 'MANIFEST_BLOB_UNKNOWN' });
  });

  it.each([
    ['not JSON', Buffer.from('{'), IMAGE],
    ['not an object', Buffer.from('[]'), IMAGE],
    ['of schema 1', Buffer.from('{"schemaVersion":1}'), 'application/vnd.docker.distribution.manifest.v1+json'],
    ['of another type than it says', Buffer.from(`{"schemaVersion":2,"mediaType":"${INDEX}","manifests":[]}`), IMAGE],
    ['of a type nobody knows', Buffer.from('{"schemaVersion":2,"mediaType":"text/plain"}'), 'text/plain'],
    [
      'an image and an index at once',
      Buffer.from(`{"schemaVersion":2,"mediaType":"${INDEX}","manifests":[],"layers":[]}`),
      INDEX,
    ],
    ['without a config', Buffer.from(`{"schemaVersion":2,"mediaType":"${IMAGE}"}`), IMAGE],
    [
      'naming what is no digest',
      Buffer.from(`{"schemaVersion":2,"mediaType":"${INDEX}","manifests":[{"digest":"../../x","size":1}]}`),
      INDEX,
    ],
  ])('when it is %s', async (_name, bytes, mediaType) => {
    expect(await put('bad', { bytes, digest: '', mediaType })).toMatchObject({ status: 400, code: 'MANIFEST_INVALID' });
  });

  it('when it is larger than 4 MiB', async () => {
    const bytes = Buffer.alloc(4 * 1024 * 1024 + 1, ' ');
    expect(await put('huge', { bytes, digest: '', mediaType: IMAGE })).toMatchObject({ status: 413 });
  });

  it.each(['.leading', '-leading', 'a'.repeat(129), 'sp%20ace'])('under the tag %s', async (tag) => {
    expect(await put(tag, await imageOf())).toMatchObject({ status: 400, code: 'TAG_INVALID' });
  });

  it('when the stream refuses it, and is not shown then', async () => {
    const image = await imageOf();
    bench.streams.refusal = new OciError('DENIED', 'not in this namespace');
    expect(await put('refused', image)).toMatchObject({ status: 403, code: 'DENIED' });
    bench.streams.refusal = undefined;
    expect(await get(image.digest)).toMatchObject({ status: 404 });
  });
});

describe('referrers', () => {
  async function referrers(subject: string, query = ''): Promise<{ manifests: Json[]; answer: Answer }> {
    const answer = await bench.request('GET', `/v2/${REPO}/referrers/${subject}${query}`);
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': INDEX } });
    const index = JSON.parse(answer.body.toString()) as Json;
    expect(index).toMatchObject({ schemaVersion: 2, mediaType: INDEX });
    return { manifests: index.manifests as Json[], answer };
  }

  it('are an empty list where there are none', async () => {
    expect((await referrers(digestOf(randomBlob()))).manifests).toEqual([]);
    expect(await bench.request('GET', `/v2/${REPO}/referrers/sha256:bad`)).toMatchObject({ status: 400 });
  });

  it('are listed and filtered, whether or not their subject is there', async () => {
    for (const subject of [
      await imageOf(),
      made({ schemaVersion: 2, mediaType: IMAGE, gone: randomBlob(8).toString('hex') }),
    ]) {
      if (subject.bytes.includes('config')) await put('subject', subject);
      const descriptor = { mediaType: IMAGE, digest: subject.digest, size: subject.bytes.length };
      const annotations = { 'org.example.said': 'hello' };
      const signed = await artifact({ subject: descriptor, annotations });
      const plain = await imageOf({ subject: descriptor });
      const list = indexOf([], { subject: descriptor, artifactType: 'application/vnd.example.list' });
      for (const one of [signed, plain, list]) {
        expect(await put(one.digest, one)).toMatchObject({ status: 201, headers: { 'oci-subject': subject.digest } });
      }
      const all = await referrers(subject.digest);
      expect(all.answer.headers['oci-filters-applied']).toBeUndefined();
      expect(all.manifests).toHaveLength(3);
      expect(all.manifests).toEqual(
        expect.arrayContaining([
          { mediaType: IMAGE, digest: signed.digest, size: signed.bytes.length, artifactType: ARTIFACT, annotations },
          expect.objectContaining({ digest: plain.digest, artifactType: 'application/vnd.oci.image.config.v1+json' }),
          expect.objectContaining({
            mediaType: INDEX,
            digest: list.digest,
            artifactType: 'application/vnd.example.list',
          }),
        ]),
      );
      const filtered = await referrers(subject.digest, `?artifactType=${encodeURIComponent(ARTIFACT)}`);
      expect(filtered.answer.headers['oci-filters-applied']).toBe('artifactType');
      expect(filtered.manifests.map(({ digest }) => digest)).toEqual([signed.digest]);
      await bench.request('DELETE', `/v2/${REPO}/manifests/${signed.digest}`);
      expect((await referrers(subject.digest)).manifests).toHaveLength(2);
    }
  });

  it('come in pages when they are many or large', async () => {
    const subject = await imageOf();
    const descriptor = { mediaType: IMAGE, digest: subject.digest, size: subject.bytes.length };
    const annotations = large();
    const digests: string[] = [];
    for (let index = 0; index < 3; index++) {
      const one = await artifact({ subject: descriptor, annotations: { ...annotations, index: String(index) } });
      await put(one.digest, one);
      digests.push(one.digest);
    }
    const seen: unknown[] = [];
    for (let path: string | undefined = `/v2/${REPO}/referrers/${subject.digest}`; path;) {
      const answer = await bench.request('GET', path);
      seen.push(...(JSON.parse(answer.body.toString()) as { manifests: Json[] }).manifests.map(({ digest }) => digest));
      path = /^<([^>]+)>; rel="next"$/.exec(answer.headers.link ?? '')?.[1];
    }
    expect(seen).toEqual(digests.sort());
  });
});

describe('tags', () => {
  it('come in lexical order and in pages', async () => {
    const tags = ['zeta', 'alpha', 'Beta', '1.10', '1.9'];
    for (const tag of tags) {
      await bench.request('PUT', `/v2/conformance/tags/manifests/${tag}`, {
        body: indexOf([]).bytes,
        headers: { 'content-type': INDEX },
      });
    }
    const list = async (query: string) => {
      const answer = await bench.request('GET', `/v2/conformance/tags/tags/list${query}`);
      return { answer, tags: (JSON.parse(answer.body.toString()) as { tags: string[] }).tags };
    };
    const sorted = [...tags].sort();
    expect((await list('')).tags).toEqual(sorted);
    const first = await list('?n=2');
    expect(first.tags).toEqual(sorted.slice(0, 2));
    expect(first.answer.headers.link).toBe(`</v2/conformance/tags/tags/list?last=${sorted[1]}&n=2>; rel="next"`);
    expect((await list(`?n=2&last=${sorted[1]}`)).tags).toEqual(sorted.slice(2, 4));
    const last = await list(`?n=2&last=${sorted[2]}`);
    expect(last.tags).toEqual(sorted.slice(3));
    expect(last.answer.headers.link).toBeUndefined();
    expect((await list('?last=alpha')).tags).toEqual(['zeta']);
    expect((await list('?n=0')).tags).toEqual([]);
    expect((await list('?last=alpha%00more')).tags).toEqual(['zeta']);
    expect((await list('?n=99999999999')).tags).toEqual(sorted);
    for (const n of ['-1', 'x', '1e3', '1.5']) {
      const answer = await bench.request('GET', `/v2/conformance/tags/tags/list?n=${n}`);
      expect(answer).toMatchObject({ status: 400, code: 'PAGINATION_NUMBER_INVALID' });
    }
  });

  it('of a repository without stream are unknown', async () => {
    for (const query of ['', '?n=0']) {
      const answer = await bench.request('GET', `/v2/conformance/nothing/tags/list${query}`);
      expect(answer).toMatchObject({ status: 404, code: 'NAME_UNKNOWN' });
    }
  });
});

describe('the catalog', () => {
  it('comes in pages, with a link to the next', async () => {
    for (const name of ['catalog/b', 'catalog/a', 'catalog/c']) {
      await bench.request('PUT', `/v2/${name}/manifests/x`, {
        body: indexOf([]).bytes,
        headers: { 'content-type': INDEX },
      });
    }
    const answer = await bench.request('GET', '/v2/_catalog?n=2&last=catalog%2F');
    expect(JSON.parse(answer.body.toString())).toEqual({ repositories: ['catalog/a', 'catalog/b'] });
    expect(answer.headers.link).toBe('</v2/_catalog?last=catalog%2Fb&n=2>; rel="next"');
    expect((await bench.request('GET', '/v2/_catalog?last=catalog%00')).status).toBe(200);
    expect(await bench.request('GET', '/v2/_catalog?n=1001')).toMatchObject({
      status: 400,
      code: 'PAGINATION_NUMBER_INVALID',
    });
  });
});

it('shows OCI manifests to clients that accept them, docker lists as their usual child to those that do not', async () => {
  const image = await imageOf();
  await put('accepting', image);
  for (const accept of ['*/*', 'application/vnd.docker.distribution.manifest.v2+json']) {
    const answer = await bench.request('GET', `/v2/${REPO}/manifests/accepting`, { headers: { accept } });
    expect(answer).toMatchObject({ status: 404, code: 'MANIFEST_UNKNOWN' });
  }
  const child = randomImage({ form: 'docker' });
  const list = imageList([randomImage({ form: 'docker', architecture: 'arm64' }), child], 'docker');
  await pushTree(list, 'old-list');
  const old = await bench.request('GET', `/v2/${REPO}/manifests/old-list`, { headers: { accept: child.mediaType } });
  expect(old).toMatchObject({ status: 200, body: child.manifest, headers: { 'docker-content-digest': child.digest } });
  const whole = await bench.request('GET', `/v2/${REPO}/manifests/${list.digest}`, {
    headers: { accept: child.mediaType },
  });
  expect(whole).toMatchObject({ status: 200, body: list.manifest });
});
