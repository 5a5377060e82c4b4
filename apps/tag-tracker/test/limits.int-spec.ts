import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { defaultTagReference, type ImageLimits, ImportResults } from '@faktorz/domain';
import { ChangeFeed, DocumentStorage } from '@faktorz/persistence';
import type { Image } from '../src/image/image.js';
import { IMAGE_RESOURCE, ImageRepository } from '../src/image/image-repository.js';
import { ImagePushes } from '../src/image-push/image-pushes.js';
import { IMAGE_API_VERSION, type ImageStream } from '../src/image-stream/image-stream.js';
import { RepositoryNames } from '../src/image-stream/repository-names.js';
import { AppliedImports } from '../src/import/applied-imports.js';
import { ImportApplication } from '../src/import/import-application.js';
import { LimitExceeded } from '../src/limits/limit-exceeded.js';
import { type Bench, startBench } from './bench.js';

const ann = { user: 'ann', requestId: 'r1' };
const cause = { by: 'ann', id: 'r1', now: '2026-01-01T00:00:00Z' };
const digest = (n: number) => `sha256:${String(n).padStart(64, '0')}`;

let bench: Bench;
let pushes: ImagePushes;
let imports: ImportApplication;
beforeAll(async () => {
  bench = await startBench();
  const { log, writes, limits } = bench;
  const options = { resource: IMAGE_RESOURCE, apiVersion: IMAGE_API_VERSION, kind: 'Image' };
  const images = new ImageRepository(new DocumentStorage<Image>(log, new ChangeFeed(log), options));
  pushes = new ImagePushes(log, writes, images, new RepositoryNames({ internal: 'registry:5000' }), limits);
  imports = new ImportApplication(writes, images, new AppliedImports(log.database));
}, 60_000);
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
}, 30_000);
beforeEach(() => allow({}));

function allow(limits: ImageLimits): void {
  const none = { imageStorage: undefined, streamImages: undefined, streamTags: undefined, streams: undefined };
  Object.assign(bench.allowed, none, limits);
}

function push(name: string, tag: string, image: string, sizeBytes = 1): Promise<boolean> {
  const key = { namespace: 'team', name };
  const sent = { metadata: { name: image }, dockerImageMetadata: { Size: sizeBytes } };
  const context = { identity: { user: 'ann', groups: [] }, requestId: 'r1', dryRun: false };
  return pushes.record({ key, tags: [tag], image: pushes.imageOf(sent, key), mayCreateStream: true }, context);
}

function stream(namespace: string, name: string, sources: Record<string, string> = {}): ImageStream {
  const tags = Object.entries(sources).map(([tag, from]) =>
    defaultTagReference({ name: tag, generation: 1, from: { kind: 'DockerImage', name: from } }),
  );
  return {
    apiVersion: 'image.openshift.io/v1',
    kind: 'ImageStream',
    metadata: { name, namespace, uid: crypto.randomUUID(), generation: 1, creationTimestamp: cause.now },
    spec: { lookupPolicy: { local: false }, tags },
    status: { dockerImageRepository: '' },
  };
}

function setTag(name: string, tag: string, from: string | null): Promise<unknown> {
  const spec = from && defaultTagReference({ name: tag, generation: 1, from: { kind: 'DockerImage', name: from } });
  return bench.writes.write({ namespace: 'team', name }, cause, { mayCreate: true, tags: [tag] }, ({ draft }) =>
    draft.setSpec(tag, spec || null),
  );
}

describe('a limit of images', () => {
  it('refuses the image that is one too many, and not one that is there already', async () => {
    allow({ streamImages: '2' });
    await push('images', 'a', digest(1));
    await push('images', 'b', digest(2));
    const refused = push('images', 'c', digest(3));
    await expect(refused).rejects.toBeInstanceOf(LimitExceeded);
    await expect(refused).rejects.toMatchObject({
      reason: 'Forbidden',
      message:
        'imagestreams.image.openshift.io "images" is forbidden: requested usage of openshift.io/images exceeds the maximum limit per openshift.io/ImageStream (3 > 2)',
    });
    await push('images', 'c', digest(1));
  });

  it('set below what is there lets it shrink', async () => {
    for (const n of [1, 2, 3]) await push('shrinking', `t${n}`, digest(n));
    allow({ streamImages: '1' });
    const key = { namespace: 'team', name: 'shrinking' };
    await bench.writes.write(key, cause, { mayCreate: false, tags: ['t1'] }, ({ draft }) => draft.remove('t1'));
    await expect(push('shrinking', 't1', digest(1))).rejects.toBeInstanceOf(LimitExceeded);
  });

  it('lets the whole stream be replaced within it, and not beyond it', async () => {
    allow({ streamImages: '1' });
    const created = await bench.streams.create(stream('team', 'replaced'), ann);
    const withImages = (...numbers: number[]): ImageStream => ({
      ...created,
      status: {
        ...created.status,
        tags: numbers.map((n) => ({
          tag: `t${n}`,
          items: [
            { created: cause.now, dockerImageReference: `r.example/a@${digest(n)}`, image: digest(n), generation: 1 },
          ],
        })),
      },
    });
    await expect(bench.streams.update(withImages(1, 2), ann)).rejects.toBeInstanceOf(LimitExceeded);
    const updated = await bench.streams.update(withImages(1), ann);
    await bench.streams.update({ ...withImages(2), metadata: updated.metadata }, ann);
  });

  it('refuses an image that is larger than one may be', async () => {
    allow({ imageStorage: '1Ki' });
    await push('sizes', 'a', digest(10), 1024);
    await expect(push('sizes', 'b', digest(11), 4096)).rejects.toMatchObject({
      message:
        'imagestreammappings.image.openshift.io "sizes" is forbidden: requested usage of storage exceeds the maximum limit per openshift.io/Image (4Ki > 1Ki)',
    });
  });
});

describe('a limit of tags', () => {
  it('counts each source once, and lets a tag name another one', async () => {
    allow({ streamTags: '2' });
    await setTag('tags', 'a', 'r.example/a:1');
    await setTag('tags', 'b', 'r.example/b:1');
    await setTag('tags', 'c', 'r.example/a:1');
    await expect(setTag('tags', 'd', 'r.example/d:1')).rejects.toMatchObject({
      message: expect.stringContaining('requested usage of openshift.io/image-tags exceeds'),
    });
    await setTag('tags', 'b', 'r.example/d:1');
  });

  it('holds for whole streams too', async () => {
    allow({ streamTags: '1' });
    const created = stream('team', 'whole', { a: 'r.example/a:1', b: 'r.example/b:1' });
    await expect(bench.streams.create(created, ann)).rejects.toBeInstanceOf(LimitExceeded);
    await bench.streams.create(stream('team', 'whole', { a: 'r.example/a:1', b: 'r.example/a:1' }), ann);
  });
});

describe('a quota of streams', () => {
  const quota = (hard: string) => ({ streams: { quota: 'few', resource: 'openshift.io/imagestreams', hard } });

  it('refuses the stream that is one too many, of however many made at once', async () => {
    allow(quota('2'));
    const made = await Promise.allSettled(
      [1, 2, 3, 4, 5].map((n) => bench.streams.create(stream('counted', `s${n}`), ann)),
    );
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    const refused = made.find((result) => result.status === 'rejected')!;
    expect((refused.reason as Error).message).toContain(
      'is forbidden: exceeded quota: few, requested: openshift.io/imagestreams=1, used: openshift.io/imagestreams=2, limited: openshift.io/imagestreams=2',
    );
  });

  it('is no reason to refuse a stream that is there already', async () => {
    await bench.streams.create(stream('full', 'taken'), ann);
    allow(quota('1'));
    await expect(bench.streams.create(stream('full', 'taken'), ann)).rejects.toMatchObject({ reason: 'AlreadyExists' });
  });

  it('leaves the streams there are alone', async () => {
    await push('kept', 'a', digest(1));
    allow(quota('0'));
    await push('kept', 'a', digest(2));
    await expect(push('another', 'a', digest(1))).rejects.toBeInstanceOf(LimitExceeded);
  });
});

describe('an import beyond a limit', () => {
  const results = (name: string, ...numbers: number[]): ImportResults =>
    ImportResults.parse({
      importId: crypto.randomUUID(),
      namespace: 'team',
      stream: name,
      background: false,
      items: numbers.map((n) => ({
        from: { kind: 'DockerImage', name: `r.example/a:${n}` },
        to: `t${n}`,
        tag: `t${n}`,
        importPolicy: {},
        referencePolicy: { type: 'Source' },
        status: { metadata: {}, status: 'Success' },
        image: {
          metadata: { name: digest(n) },
          dockerImageReference: `r.example/a:${n}`,
          dockerImageMetadata: {},
          dockerImageMetadataVersion: '1.0',
        },
      })),
    });

  it('is refused as a whole, and each tag says why', async () => {
    await imports.apply(results('imported', 1), cause);
    allow({ streamImages: '2' });
    const refused = results('imported', 2, 3);
    for (const _twice of [1, 2]) await expect(imports.apply(refused, cause)).rejects.toBeInstanceOf(LimitExceeded);
    const { spec, status } = (await bench.streams.get({ namespace: 'team', name: 'imported' }))!;
    expect(spec.tags?.map(({ name }) => name)).toEqual(['t1']);
    const failed = { type: 'ImportSuccess', status: 'False', reason: 'Forbidden' };
    expect(status.tags).toEqual([
      expect.objectContaining({ tag: 't1', items: [expect.objectContaining({ image: digest(1) })] }),
      expect.objectContaining({ tag: 't2', items: null, conditions: [expect.objectContaining(failed)] }),
      expect.objectContaining({ tag: 't3', items: null, conditions: [expect.objectContaining(failed)] }),
    ]);
  });

  it('that would make a stream beyond the quota makes none', async () => {
    allow({ streams: { quota: 'none', resource: 'openshift.io/imagestreams', hard: '0' } });
    await expect(imports.apply(results('unwanted', 1), cause)).rejects.toBeInstanceOf(LimitExceeded);
    expect(await bench.streams.get({ namespace: 'team', name: 'unwanted' })).toBeUndefined();
  });

  it('goes through once the limit is raised', async () => {
    await imports.apply(results('imported', 2, 3), cause);
    const { status } = (await bench.streams.get({ namespace: 'team', name: 'imported' }))!;
    expect(status.tags?.map(({ tag, conditions }) => [tag, conditions])).toEqual([
      ['t1', undefined],
      ['t2', undefined],
      ['t3', undefined],
    ]);
  });
});
