import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ObjectChange } from '@faktorz/apimachinery';
import { defaultTagReference, type TagEvent } from '@faktorz/domain';
import { type Bench, startBench } from './bench.js';
import type { ImageStream } from '../src/image-stream/image-stream.js';

const ann = { user: 'ann', requestId: 'r1' };

function event(image: string, generation = 1): TagEvent {
  return { created: '2026-01-01T00:00:00Z', dockerImageReference: `r.example/a@${image}`, image, generation };
}

function stream(name: string, tags: string[]): ImageStream {
  return {
    apiVersion: 'image.openshift.io/v1',
    kind: 'ImageStream',
    metadata: {
      name,
      namespace: 'team',
      uid: crypto.randomUUID(),
      generation: 1,
      creationTimestamp: '2026-01-01T00:00:00Z',
      labels: { app: name },
    },
    spec: {
      lookupPolicy: { local: false },
      tags: tags.map((tag) => defaultTagReference({ name: tag, generation: 1 })),
    },
    status: { dockerImageRepository: '', tags: tags.map((tag) => ({ tag, items: [event(`sha256:${tag}`)] })) },
  };
}

describe('ImageStreamStorage', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await startBench();
  });
  afterAll(async () => {
    await bench[Symbol.asyncDispose]();
  });

  it('returns what was stored, tags in order of names', async () => {
    const created = await bench.streams.create(stream('stored', ['b', 'a']), ann);
    const read = await bench.streams.get({ namespace: 'team', name: 'stored' });
    expect(read).toEqual({
      ...created,
      spec: { ...created.spec, tags: [...created.spec.tags!].sort((a, b) => (a.name < b.name ? -1 : 1)) },
      status: { dockerImageRepository: 'registry:5000/team/stored', tags: [...created.status.tags!].reverse() },
    });
  });

  it('refuses a second stream of the name, and an update of an old version', async () => {
    const created = await bench.streams.create(stream('taken', ['a']), ann);
    await expect(bench.streams.create(stream('taken', []), ann)).rejects.toMatchObject({ reason: 'AlreadyExists' });
    await bench.streams.update({ ...created, metadata: { ...created.metadata, labels: {} } }, ann);
    await expect(bench.streams.update(created, ann)).rejects.toMatchObject({ reason: 'Conflict' });
  });

  it('lists as of a position, page by page, whatever happens in between', async () => {
    for (const name of ['p1', 'p2', 'p3']) await bench.streams.create(stream(name, ['a']), ann);
    const at = await bench.streams.head();
    const p2 = (await bench.streams.get({ namespace: 'team', name: 'p2' }))!;
    await bench.streams.delete({ namespace: 'team', name: 'p2' }, p2.metadata.resourceVersion!, ann);
    const first = await bench.streams.list({
      namespace: 'team',
      at,
      limit: 2,
      after: { namespace: 'team', name: 'p0' },
    });
    expect(await names(first.items)).toEqual(['p1', 'p2']);
    expect(first.rest().next).toEqual({ namespace: 'team', name: 'p2' });
    const second = await bench.streams.list({ namespace: 'team', at, after: first.rest().next });
    expect((await names(second.items))[0]).toBe('p3');
  });

  it('shows every change to a watch, each as it was, deletions included', async () => {
    const from = await bench.streams.head();
    const created = await bench.streams.create(stream('watched', ['a']), ann);
    const moved = structuredClone(created);
    moved.status.tags![0]!.items = [event('sha256:new', 2), ...moved.status.tags![0]!.items!];
    const updated = await bench.streams.update(moved, ann);
    await bench.streams.delete({ namespace: 'team', name: 'watched' }, updated.metadata.resourceVersion!, ann);

    const seen: ObjectChange<ImageStream>[] = [];
    const abort = new AbortController();
    for await (const change of bench.streams.changes(
      { after: from, namespace: 'team', name: 'watched' },
      abort.signal,
    )) {
      if (change.type !== 'PROGRESS') seen.push(change);
      if (seen.length === 3) break;
    }
    abort.abort();
    expect(seen.map(({ type, object }) => [type, object.status.tags?.[0]?.items?.map(({ image }) => image)])).toEqual([
      ['ADDED', ['sha256:a']],
      ['MODIFIED', ['sha256:new', 'sha256:a']],
      ['DELETED', ['sha256:new', 'sha256:a']],
    ]);
    expect(seen.map(({ object }) => object.metadata.resourceVersion)).toEqual(
      seen.map(({ position }) => String(position)),
    );
  });

  it('publishes one TagUpdated for each tag that moved, with the image before', async () => {
    const created = await bench.streams.create(stream('told', ['a', 'b']), ann);
    const from = await bench.log.head();
    created.status.tags![0]!.items = [event('sha256:new', 2), ...created.status.tags![0]!.items!];
    await bench.streams.update(created, ann);
    const { rows } = await bench.log.readEvents(from, 10);
    expect(
      rows.map(({ event: { type, subject, data } }) => [type, subject, data.image, data.previousImage, data.by]),
    ).toEqual([['io.faktorz.TagUpdated.v1', 'team/told:a', 'sha256:new', 'sha256:a', 'ann']]);
  });

  it('tells where pods pull from when that alone changes, and of a tag that points at nothing any more', async () => {
    const created = await bench.streams.create(stream('pulled', ['a']), ann);
    const from = await bench.log.head();
    created.spec.tags = [{ ...created.spec.tags![0]!, referencePolicy: { type: 'Local' } }];
    const local = await bench.streams.update(created, ann);
    local.status.tags = [];
    await bench.streams.update(local, ann);
    const { rows } = await bench.log.readEvents(from, 10);
    expect(rows.map(({ event: { type, data } }) => [type, data.pullSpec ?? data.inSpec, data.cause, data.by])).toEqual([
      ['io.faktorz.TagUpdated.v1', 'registry:5000/team/pulled@sha256:a', 'tag', 'ann'],
      ['io.faktorz.TagDeleted.v1', true, undefined, 'ann'],
    ]);
  });

  it('tells where pods pull from when the repository of the stream becomes another', async () => {
    const made = stream('moved', ['a', 'b']);
    made.spec.tags![0]!.referencePolicy = { type: 'Local' };
    made.spec.dockerImageRepository = 'old.test/team/moved';
    const { hosts } = bench;
    const { internal } = hosts;
    delete hosts.internal;
    try {
      const created = await bench.streams.create(made, ann);
      const from = await bench.log.head();
      created.spec.dockerImageRepository = 'new.test/team/moved';
      await bench.streams.update(created, ann);
      const { rows } = await bench.log.readEvents(from, 10);
      const told = rows.filter(({ event: { type } }) => type === 'io.faktorz.TagUpdated.v1');
      expect(told.map(({ event: { subject, data } }) => [subject, data.pullSpec, data.previousImage])).toEqual([
        ['team/moved:a', 'new.test/team/moved@sha256:a', 'sha256:a'],
      ]);
    } finally {
      hosts.internal = internal;
    }
  });

  it('makes a missing stream once when many write to it at the same time, and loses none of the writes', async () => {
    const tags = Array.from({ length: 8 }, (_, index) => `t${index}`);
    const write = (tag: string) =>
      bench.writes.write(
        { namespace: 'team', name: 'made-by-many' },
        { by: 'ann', id: tag, now: '2026-01-02T00:00:00Z' },
        { mayCreate: true },
        async ({ draft }) => {
          await draft.addEvent(tag, event(`sha256:${tag}`), 'push');
        },
      );
    await Promise.all(tags.map(write));
    const made = await bench.streams.get({ namespace: 'team', name: 'made-by-many' });
    expect(made?.status.tags?.map(({ tag, items }) => [tag, items?.length])).toEqual(tags.map((tag) => [tag, 1]));
  });

  it('writes as many rows for one tag of a thousand as for one of ten', async () => {
    const counts: number[] = [];
    for (const size of [10, 1000]) {
      const tags = Array.from({ length: size }, (_, index) => `t${index}`);
      await bench.streams.create(stream(`big${size}`, tags), ann);
      const before = await bench.rowCount();
      const cause = { by: 'ann', id: 'r2', now: '2026-01-02T00:00:00Z' };
      await bench.writes.write(
        { namespace: 'team', name: `big${size}` },
        cause,
        { mayCreate: false },
        async ({ draft }) => {
          await draft.addEvent('t5', event('sha256:new', 2), 'push');
        },
      );
      counts.push((await bench.rowCount()) - before);
    }
    expect(counts[1]).toBe(counts[0]);
  });
});

async function names(items: AsyncIterable<ImageStream>): Promise<string[]> {
  const found: string[] = [];
  for await (const item of items) found.push(item.metadata.name);
  return found;
}
