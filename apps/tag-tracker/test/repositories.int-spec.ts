import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { defaultTagReference, type StreamName } from '@faktorz/domain';
import { ChangeFeed, type DocumentStorage } from '@faktorz/persistence';
import type { Image } from '../src/image/image.js';
import { ImageRepository } from '../src/image/image-repository.js';
import { imageStorage } from '../src/image/image-storage.js';
import { ImagePushes } from '../src/image-push/image-pushes.js';
import { ImageStreamStore } from '../src/image-stream/image-stream.store.js';
import { RepositoryNames } from '../src/image-stream/repository-names.js';
import { ImageRemoval } from '../src/repository/image-removal.js';
import { RepositoryAnswers } from '../src/repository/repository.answers.js';
import { RepositoryStore } from '../src/repository/repository.store.js';
import { type Bench, startBench } from './bench.js';

const HOST = 'registry:5000';
const ann = { identity: { user: 'ann', groups: [] }, requestId: 'r1', dryRun: false };
const digest = (n: number | string) => `sha256:${String(n).padStart(64, '0')}`;

let bench: Bench;
let pushes: ImagePushes;
let answers: RepositoryAnswers;
let imageDocuments: DocumentStorage<Image>;
beforeAll(async () => {
  bench = await startBench();
  const { log, writes, limits } = bench;
  const names = new RepositoryNames({ internal: HOST });
  imageDocuments = imageStorage(log, new ChangeFeed(log));
  const images = new ImageRepository(imageDocuments);
  const streams = new ImageStreamStore(log.database);
  pushes = new ImagePushes(log, writes, images, names, limits);
  const removal = new ImageRemoval(streams, writes);
  answers = new RepositoryAnswers(new RepositoryStore(log.database), streams, removal, names, images);
}, 60_000);
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
}, 30_000);

function push(
  name: string,
  tags: string[],
  image: string,
  {
    children = [],
    layers = [],
    reference,
    mayCreateStream = true,
  }: {
    children?: string[];
    layers?: { name: string; size: number; mediaType: string }[];
    reference?: string;
    mayCreateStream?: boolean;
  } = {},
): Promise<boolean> {
  const key: StreamName = { namespace: 'team', name };
  const sent = {
    metadata: { name: image, annotations: { 'openshift.io/image.managed': 'true' } },
    dockerImageLayers: layers,
    dockerImageReference: reference ?? `${HOST}/team/${name}@${image}`,
    ...(children.length > 0 && {
      dockerImageManifests: children.map((child) => ({
        digest: child,
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        manifestSize: 1,
        architecture: 'amd64',
        os: 'linux',
      })),
    }),
  };
  return pushes.record({ key, tags, image: pushes.imageOf(sent, key), mayCreateStream }, ann);
}

const at = (stream: string) => ({ namespace: 'team', stream });
const shown = async (stream: string, tag: string) => (await answers.resolveTag({ ...at(stream), tag })).image;
const tagsOf = async (stream: string) => (await answers.listTags({ ...at(stream), after: '', limit: 10 })).tags;

describe('a push', () => {
  it('makes the stream only where it may, and all tags in one write', async () => {
    expect(await push('ship', ['a', 'b'], digest(1), { mayCreateStream: false })).toBe(false);
    expect(await answers.resolveTag({ ...at('ship'), tag: 'a' })).toEqual({ streamExists: false });
    const before = await bench.log.head();
    expect(await push('ship', ['a', 'b'], digest(1))).toBe(true);
    expect([await shown('ship', 'a'), await shown('ship', 'b')]).toEqual([digest(1), digest(1)]);
    const { rows } = await bench.log.readEvents(before, 100);
    const types = rows.map(({ event }) => String(event.type).split('.')[2]);
    expect(types).toEqual(['ImagePushed', 'TagUpdated', 'ImagePushed', 'TagUpdated']);
  });

  it('repeated changes nothing', async () => {
    const before = await bench.log.head();
    expect(await push('ship', ['a', 'b'], digest(1))).toBe(true);
    expect(await bench.log.head()).toBe(before);
  });

  it('without a tag makes the image known and touches no stream', async () => {
    expect(await push('nowhere', [], digest(2))).toBe(true);
    expect(await answers.findImage({ ...at('nowhere'), digest: digest(2) })).toMatchObject({ streamExists: false });
  });

  it('that says its image is in another repository of ours keeps the name, which opens nothing', async () => {
    await push('claim', ['x'], digest(3), { reference: `${HOST}/victim/secret@${digest(3)}` });
    const { place, origins } = await answers.findImage({ ...at('claim'), digest: digest(3) });
    expect(place?.dockerImageReference).toBe(`${HOST}/victim/secret@${digest(3)}`);
    expect(origins).toEqual([]);
  });
});

describe('an image', () => {
  it('is found as a child of a list of lists, where the list is', async () => {
    await push('fleet', [], digest('b1'), { children: [digest('c1')] });
    await push('fleet', ['all'], digest('a1'), { children: [digest('b1')] });
    const { place } = await answers.findImage({ ...at('fleet'), digest: digest('c1') });
    expect(place?.dockerImageReference).toBe(`${HOST}/team/fleet@${digest('c1')}`);
    expect((await answers.findImage({ ...at('ship'), digest: digest('c1') })).place).toBeUndefined();
    const { resourceVersion = '' } = (await imageDocuments.get({ name: digest('b1') }))!.metadata;
    await imageDocuments.delete({ name: digest('b1') }, resourceVersion, { ...ann, user: 'ann' });
    expect((await answers.findImage({ ...at('fleet'), digest: digest('c1') })).place).toBeUndefined();
  });

  it('is looked for without reading the images of the stream', async () => {
    const layers = Array.from({ length: 20_000 }, (_, n) => ({ name: digest(`f${n}`), size: 1, mediaType: 'layer' }));
    for (const n of [50, 51, 52]) await push('vast', ['all'], digest(n), { layers });
    const began = performance.now();
    for (let n = 0; n < 20; n++) await answers.findImage({ ...at('vast'), digest: digest(`9${n}`) });
    expect(performance.now() - began).toBeLessThan(1000);
  });

  it('is where the tag that is asked for has it, else where the newest entry has it', async () => {
    for (const [tag, host] of [
      ['a', 'one.example'],
      ['b', 'two.example'],
    ] as const)
      await push('twice', [tag], digest(9), { reference: `${host}/team/twice@${digest(9)}` });
    const placeOf = async (tag?: string): Promise<string | undefined> => {
      const ask = { ...at('twice'), digest: digest(9), ...(tag !== undefined && { tag }) };
      return (await answers.findImage(ask)).place?.dockerImageReference.split('/')[0];
    };
    expect(await placeOf('a')).toBe('one.example');
    for (const tag of ['b', undefined, 'neither']) expect(await placeOf(tag)).toBe('two.example');
  });

  it('names the stream a tag took it from', async () => {
    const from = { kind: 'ImageStreamTag', namespace: 'yard', name: 'hull:1' };
    const reference = `${HOST}/team/taken@${digest(4)}`;
    await bench.writes.write(
      { namespace: 'team', name: 'taken' },
      { by: 'ann', id: 'r', now: '2026-01-01T00:00:00Z' },
      { mayCreate: true },
      async ({ draft }) => {
        await draft.setSpec('t', defaultTagReference({ name: 't', generation: 1, from }));
        await draft.addEvent(
          't',
          { created: '2026-01-01T00:00:00Z', dockerImageReference: reference, image: digest(4), generation: 1 },
          'tag',
        );
      },
    );
    await push('yard-of-another', [], digest(4));
    const { origins } = await answers.findImage({ ...at('taken'), digest: digest(4) });
    expect(origins).toEqual([{ namespace: 'yard', stream: 'hull' }]);
    const asked = { digests: [digest(4), digest(5)] };
    expect(await answers.listTakenImages({ ...at('taken'), ...asked })).toEqual({ taken: [digest(4)] });
    expect(await answers.listTakenImages({ ...at('yard-of-another'), ...asked })).toEqual({ taken: [] });
  });

  it('taken out of a stream leaves what tags showed before, or no tag', async () => {
    for (const n of [5, 6]) await push('boat', ['both'], digest(n));
    await push('boat', ['only'], digest(6));
    const before = await bench.log.head();
    expect(await answers.removeImage({ ...at('boat'), image: digest(6), by: ann.identity })).toEqual({ removed: 2 });
    expect(await shown('boat', 'both')).toBe(digest(5));
    expect(await tagsOf('boat')).toEqual(['both']);
    const { rows } = await bench.log.readEvents(before, 100);
    const told = rows.map(({ event }) => [String(event.type).split('.')[2], (event.data as { cause?: string }).cause]);
    expect(told).toEqual([
      ['TagUpdated', 'rollback'],
      ['TagDeleted', undefined],
    ]);
    expect(await answers.removeImage({ ...at('boat'), image: digest(6), by: ann.identity })).toEqual({ removed: 0 });
  });
});

describe('repositories', () => {
  it('are listed in byte order, page by page, of some namespaces or of all', async () => {
    const list = async (after: string, namespaces?: string[]) =>
      (await answers.listRepositories({ after, limit: 2, ...(namespaces && { namespaces }) })).repositories;
    expect(await list('')).toEqual(['team/boat', 'team/claim']);
    expect(await list('team/claim')).toEqual(['team/fleet', 'team/ship']);
    expect(await list('', ['elsewhere'])).toEqual([]);
  });

  it('have sources where their images came from, but not our own registry', async () => {
    const key = { namespace: 'team', name: 'ruby' };
    const image = pushes.imageOf(
      { metadata: { name: digest(7) }, dockerImageReference: `quay.example/a/ruby@${digest(7)}` },
      key,
    );
    await pushes.record({ key, tags: ['2'], image, mayCreateStream: true }, ann);
    await push('ruby', ['own'], digest(8));
    expect(await answers.listSources(at('ruby'))).toEqual({
      sources: [{ repository: 'quay.example/a/ruby', insecure: false }],
    });
  });

  it('tells which digests are images, whichever stream names them', async () => {
    await push('known', ['latest'], digest(21));
    const { known } = await answers.listKnownImages({ digests: [digest(21), digest(22)] });
    expect(known).toEqual([digest(21)]);
  });
});
