import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RequestContext } from '@faktorz/apimachinery';
import { Requests } from '@faktorz/messaging';
import { ChangeFeed, DocumentStorage } from '@faktorz/persistence';
import { RegistryPolicyFile } from '@faktorz/registry-client/policy';
import type { Image } from '../src/image/image.js';
import { IMAGE_RESOURCE, ImageRepository } from '../src/image/image-repository.js';
import { ImagePushes } from '../src/image-push/image-pushes.js';
import { AllowedRegistries } from '../src/image-stream/allowed-registries.js';
import { IMAGE_API_VERSION } from '../src/image-stream/image-stream.js';
import { ImageStreamStore } from '../src/image-stream/image-stream.store.js';
import { RepositoryNames } from '../src/image-stream/repository-names.js';
import { SourceStreams } from '../src/image-stream/source-tags.js';
import type { ImageStreamTag } from '../src/image-stream-tag/image-stream-tag.js';
import { ImageStreamTagHandlers } from '../src/image-stream-tag/image-stream-tag.resource.js';
import { TagViews } from '../src/image-stream-tag/tag-views.js';
import { TagWrites } from '../src/image-stream-tag/tag-writes.js';
import type { ImageTag } from '../src/image-tag/image-tag.js';
import { ImageTagHandlers } from '../src/image-tag/image-tag.resource.js';
import { type Bench, startBench } from './bench.js';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const FROM = { kind: 'DockerImage', name: 'outside.example/shop/app:1' };

let bench: Bench;
let pushes: ImagePushes;
let imageStreamTags: ImageStreamTagHandlers;
let imageTags: ImageTagHandlers;
beforeAll(async () => {
  bench = await startBench();
  const { log, writes, limits } = bench;
  const names = new RepositoryNames({ internal: 'registry:5000' });
  const options = { resource: IMAGE_RESOURCE, apiVersion: IMAGE_API_VERSION, kind: 'Image' };
  const images = new ImageRepository(new DocumentStorage<Image>(log, new ChangeFeed(log), options));
  const store = new ImageStreamStore(log.database);
  const views = new TagViews(store, log);
  // No tag here has its source in another namespace: nobody is asked.
  const sources = new SourceStreams(store, Object.create(Requests.prototype) as Requests);
  const registries = new AllowedRegistries(new RegistryPolicyFile());
  const tagWrites = new TagWrites(writes, sources, names, images, registries);
  pushes = new ImagePushes(log, writes, images, names, limits);
  imageStreamTags = new ImageStreamTagHandlers(views, tagWrites, images, names);
  imageTags = new ImageTagHandlers(views, store, tagWrites, images, names);
}, 60_000);
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
}, 30_000);

const at = (name?: string): RequestContext => ({
  identity: { user: 'ann', groups: [] },
  requestId: 'r1',
  userAgent: 'test',
  namespace: 'team',
  name,
  query: new URLSearchParams(),
  dryRun: false,
  fieldManager: 'test',
  warn: () => undefined,
  signal: new AbortController().signal,
  headers: {},
});
const sent = (kind: string, name: string, more: object) => ({
  kind,
  apiVersion: IMAGE_API_VERSION,
  metadata: { name },
  ...more,
});

describe('a tag of a stream that does not exist', () => {
  it('is empty to whoever patches it, and comes with the stream', async () => {
    const tag = await imageStreamTags.getToPatch(at('fresh:1'));
    expect(tag).toMatchObject({ metadata: { name: 'fresh:1', uid: expect.any(String) }, tag: null });
    await expect(imageStreamTags.get(at('fresh:1'))).rejects.toMatchObject({ reason: 'NotFound' });
    const patched = { ...tag, tag: { from: FROM } } as ImageStreamTag;
    const { object, created } = await imageStreamTags.update(patched, at('fresh:1'));
    expect({ created, from: object.tag?.from }).toEqual({ created: true, from: FROM });
    const other = await imageTags.getToPatch(at('fresh2:1'));
    const written = await imageTags.update({ ...other, spec: { from: FROM } } as ImageTag, at('fresh2:1'));
    expect(written).toMatchObject({ created: true, object: { spec: { from: FROM } } });
  });
});

describe('a tag without an image', () => {
  it('is not found, and can be changed all the same', async () => {
    await imageStreamTags.create(sent('ImageStreamTag', 'new:1', { tag: { from: FROM } }) as ImageStreamTag, at());
    await expect(imageStreamTags.get(at('new:1'))).rejects.toMatchObject({ reason: 'NotFound' });
    const tag = await imageStreamTags.getToPatch(at('new:1'));
    expect(tag).toMatchObject({ metadata: { name: 'new:1' }, tag: { name: '1', from: FROM }, generation: 0 });
    tag.metadata.annotations = { note: 'soon' };
    const { object, created } = await imageStreamTags.update(tag, at('new:1'));
    expect({ created, annotations: object.tag?.annotations }).toEqual({
      created: false,
      annotations: { note: 'soon' },
    });
  });

  it('is empty where the stream has none of that name, and made by a change', async () => {
    expect(await imageStreamTags.getToPatch(at('new:2'))).toMatchObject({ tag: null, generation: 0 });
    const tag = await imageTags.getToPatch(at('new:2'));
    expect(tag).toMatchObject({ spec: null, status: null, image: null });
    const { created } = await imageTags.update(
      { ...tag, spec: { name: '2', from: FROM } as ImageTag['spec'] },
      at('new:2'),
    );
    expect(created).toBe(true);
  });
});

describe('an ImageTag', () => {
  it('shows its image where the tag says it is to be pulled from', async () => {
    const key = { namespace: 'team', name: 'app' };
    const image = pushes.imageOf({ metadata: { name: DIGEST }, dockerImageReference: 'outside.example/shop/app' }, key);
    await pushes.record({ key, tags: ['1'], image, mayCreateStream: true }, at());
    expect((await imageTags.get(at('app:1'))).image?.dockerImageReference).toBe('outside.example/shop/app');
    const local = { name: '1', referencePolicy: { type: 'Local' } } as ImageTag['spec'];
    await imageTags.update(sent('ImageTag', 'app:1', { spec: local }) as ImageTag, at('app:1'));
    expect((await imageTags.get(at('app:1'))).image?.dockerImageReference).toBe(`registry:5000/team/app@${DIGEST}`);
  });

  it('keeps its history, whatever an update says of it', async () => {
    const tag = await imageTags.get(at('app:1'));
    await expect(imageTags.update(tag, at('app:1'))).resolves.toMatchObject({ created: false });
    const [entry] = tag.status?.items ?? [];
    const forged = { ...tag, status: { tag: '1', items: [{ ...entry!, image: 'sha256:b' }] } };
    await expect(imageTags.update(forged, at('app:1'))).rejects.toMatchObject({ reason: 'Invalid' });
  });
});
