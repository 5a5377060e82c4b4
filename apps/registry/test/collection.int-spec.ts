import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { imageList, randomImage, type TestImage } from '@faktorz/testing';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { StrayFiles } from '../src/collection/stray-files.js';
import { UnneededContent } from '../src/collection/unneeded-content.js';
import { digestOf } from '../src/oci/blob-digest.js';
import { BlobStorage } from '../src/storage/blob-storage.js';
import { NeighbourBench } from './support/neighbour-bench.js';

jest.setTimeout(60_000);

const DAY_SECONDS = 24 * 3600;
const ACCEPT = { accept: 'application/vnd.oci.image.manifest.v1+json,application/vnd.oci.image.index.v1+json' };

let bench: NeighbourBench;
beforeAll(async () => {
  bench = await NeighbourBench.start();
}, 120_000);
afterAll(() => bench[Symbol.asyncDispose](), 60_000);

async function pushBlobs(stream: string, image: TestImage): Promise<void> {
  for (const { digest, bytes } of image.blobs) {
    const path = `/v2/${stream}/blobs/uploads/?digest=${digest}`;
    expect((await bench.ask(path, { method: 'POST', body: new Uint8Array(bytes) })).status).toBe(201);
  }
}

async function push(stream: string, image: TestImage, reference: string): Promise<void> {
  for (const child of image.children) await push(stream, child, child.digest);
  await pushBlobs(stream, image);
  const answer = await bench.ask(`/v2/${stream}/manifests/${reference}`, {
    method: 'PUT',
    body: new Uint8Array(image.manifest),
    headers: { 'content-type': image.mediaType },
  });
  expect(answer.status).toBe(201);
}

/** Makes everything look as if nobody had used it for two days. */
async function age(): Promise<void> {
  for (const table of ['blob', 'blob_link', 'manifest', 'manifest_link']) {
    await bench.query(`UPDATE ${table} SET last_used_at = now() - interval '2 days'`);
  }
}

function collect() {
  return bench.provider(UnneededContent).collect(DAY_SECONDS);
}

async function isStored(digest: string): Promise<boolean> {
  const blob = await bench.provider(BlobStorage).open(digest);
  await blob?.close();
  return blob !== undefined;
}

async function statusOf(path: string): Promise<number> {
  const { status, body } = await bench.ask(path, { headers: ACCEPT });
  await body?.cancel();
  return status;
}

describe('collection', () => {
  it('leaves what a repository shows, and what is young', async () => {
    const kept = randomImage();
    await push('team/kept', kept, '1');
    const young = randomImage();
    await age();
    await pushBlobs('team/young', young);
    await collect();
    for (const { digest } of [...kept.blobs, ...young.blobs]) expect(await isStored(digest)).toBe(true);
    expect(await statusOf('/v2/team/kept/manifests/1')).toBe(200);
  });

  it('takes the blobs of a push that was given up', async () => {
    const abandoned = randomImage();
    await pushBlobs('team/abandoned', abandoned);
    await age();
    expect((await collect()).links).toBeGreaterThanOrEqual(abandoned.blobs.length);
    for (const { digest } of abandoned.blobs) expect(await isStored(digest)).toBe(false);
  });

  it('spares a forgotten blob that somebody has just asked for', async () => {
    const resumed = randomImage();
    await pushBlobs('team/resumed', resumed);
    await age();
    for (const { digest } of resumed.blobs) expect(await statusOf(`/v2/team/resumed/blobs/${digest}`)).toBe(200);
    await collect();
    for (const { digest } of resumed.blobs) expect(await isStored(digest)).toBe(true);
  });

  it('takes what a deleted digest leaves behind, but not what another image shares', async () => {
    const gone = randomImage();
    const shared = gone.blobs.at(-1)!;
    await push('team/gone', gone, 'sole');
    expect(
      (await bench.ask(`/v2/team/other/blobs/uploads/?mount=${shared.digest}&from=team/gone`, { method: 'POST' }))
        .status,
    ).toBe(201);
    expect((await bench.ask(`/v2/team/gone/manifests/${gone.digest}`, { method: 'DELETE' })).status).toBe(202);
    bench.tagTracker.stream('team/gone').places.delete(gone.digest);
    for (const { digest } of gone.blobs) await bench.ask(`/v2/team/gone/blobs/${digest}`, { method: 'DELETE' });
    await age();
    await bench.query(`UPDATE blob_link SET last_used_at = now() WHERE stream = 'other'`);
    expect(await collect()).toMatchObject({ manifests: 1 });
    for (const { digest } of gone.blobs) expect(await isStored(digest)).toBe(digest === shared.digest);
  });

  it('leaves an image that a history of another stream may name', async () => {
    const elsewhere = randomImage();
    await push('team/origin', elsewhere, '1');
    await bench.query(`DELETE FROM manifest_link WHERE stream = 'origin'`);
    await bench.query(`DELETE FROM blob_link WHERE stream = 'origin'`);
    await age();
    await collect();
    for (const { digest } of elsewhere.blobs) expect(await isStored(digest)).toBe(true);
  });

  it('leaves the images of an index, and takes them with it', async () => {
    const index = imageList([randomImage(), randomImage({ architecture: 'arm64' })]);
    await push('team/index', index, index.digest);
    const children = index.children.flatMap((child) => child.blobs);
    await bench.query(`DELETE FROM manifest_link WHERE stream = 'index' AND digest <> $1`, [index.digest]);
    await bench.query(`DELETE FROM blob_link WHERE stream = 'index'`);
    await age();
    await collect();
    for (const { digest } of children) expect(await isStored(digest)).toBe(true);
    await bench.query(`DELETE FROM manifest_link WHERE stream = 'index'`);
    bench.tagTracker.nameless.clear();
    await age();
    await collect();
    await collect();
    for (const { digest } of children) expect(await isStored(digest)).toBe(false);
  });

  it('takes what a pruning left that was killed: shown by digest, but no image any more', async () => {
    const pruned = randomImage();
    await push('team/pruned', pruned, '1');
    await push('team/pruned', randomImage(), '1');
    bench.tagTracker.stream('team/pruned').places.delete(pruned.digest);
    await collect();
    expect(await statusOf(`/v2/team/pruned/manifests/${pruned.digest}`)).toBe(200);
    await age();
    await collect();
    expect(await statusOf(`/v2/team/pruned/manifests/1`)).toBe(200);
    expect(await statusOf(`/v2/team/pruned/manifests/${pruned.digest}`)).toBe(404);
    for (const { digest } of pruned.blobs) expect(await isStored(digest)).toBe(false);
  });

  it('leaves what says something about a manifest that is shown, and takes it afterwards', async () => {
    const subject = randomImage();
    await push('team/signed', subject, '1');
    const mediaType = 'application/vnd.oci.image.index.v1+json';
    const about = { mediaType: subject.mediaType, digest: subject.digest, size: subject.manifest.length };
    const signature = JSON.stringify({ schemaVersion: 2, mediaType, manifests: [], subject: about });
    const put = { method: 'PUT', body: signature, headers: { 'content-type': mediaType } };
    const digest = (await bench.ask('/v2/team/signed/manifests/sig', put)).headers.get('docker-content-digest') ?? '';
    const stream = bench.tagTracker.stream('team/signed');
    stream.tags.delete('sig');
    stream.places.delete(digest);
    await age();
    await collect();
    expect(await statusOf(`/v2/team/signed/manifests/${digest}`)).toBe(200);
    stream.tags.clear();
    stream.places.clear();
    await age();
    for (let round = 0; round < 2; round++) await collect();
    expect(await statusOf(`/v2/team/signed/manifests/${digest}`)).toBe(404);
  });

  it('takes nothing that an asked-for pruning found unused but that is shown again', async () => {
    const again = randomImage();
    await push('team/again', again, '1');
    for (const { digest } of [...again.blobs, { digest: again.digest }]) {
      expect((await bench.ask(`/admin/blobs/${digest}`, { method: 'DELETE' })).status).toBe(204);
    }
    expect(await statusOf('/v2/team/again/manifests/1')).toBe(200);
    for (const { digest } of again.blobs) expect(await isStored(digest)).toBe(true);
  });
});

it('goes on while images that share layers are pushed and deleted, and takes nothing of what is shown', async () => {
  const base = randomImage();
  const shared = base.blobs.slice(1);
  const streams = ['team/p0', 'team/p1', 'team/p2', 'team/p3'];
  /** Pushes as clients do: blobs only where the registry does not have them. */
  const pushSharing = async (stream: string): Promise<string> => {
    for (const { digest, bytes } of base.blobs) {
      const head = await bench.ask(`/v2/${stream}/blobs/${digest}`, { method: 'HEAD' });
      if (head.status === 200) continue;
      const path = `/v2/${stream}/blobs/uploads/?digest=${digest}`;
      expect((await bench.ask(path, { method: 'POST', body: new Uint8Array(bytes) })).status).toBe(201);
    }
    const manifest = JSON.stringify({ ...JSON.parse(base.manifest.toString()), annotations: { id: randomUUID() } });
    const put = await bench.ask(`/v2/${stream}/manifests/now`, {
      method: 'PUT',
      body: manifest,
      headers: { 'content-type': base.mediaType },
    });
    expect(put.status).toBe(201);
    return put.headers.get('docker-content-digest') ?? '';
  };
  let isPushing = true;
  const collecting = (async () => {
    let removed = 0;
    while (isPushing) {
      // Two seconds are two days.
      for (const table of ['blob', 'blob_link', 'manifest', 'manifest_link'])
        await bench.query(
          `UPDATE ${table} SET last_used_at = now() - interval '2 days' WHERE last_used_at < now() - interval '2 seconds'`,
        );
      const { links, manifests, blobs } = await collect();
      removed += links + manifests + blobs;
    }
    return removed;
  })();
  const newest = await Promise.all(
    streams.map(async (stream, index) => {
      let digest = await pushSharing(stream);
      for (const until = Date.now() + 5000; Date.now() < until;) {
        await sleep(index * 700);
        // Now and then nothing of it is left for longer than collection waits.
        const remove = () => bench.ask(`/v2/${stream}/manifests/${digest}`, { method: 'DELETE' });
        expect((await remove()).status).toBe(202);
        bench.tagTracker.stream(stream).places.clear();
        digest = await pushSharing(stream);
      }
      return { stream, digest };
    }),
  );
  isPushing = false;
  expect(await collecting).toBeGreaterThan(0);
  for (const { stream, digest } of newest) {
    expect(await statusOf(`/v2/${stream}/manifests/${digest}`)).toBe(200);
    for (const blob of shared) expect(await statusOf(`/v2/${stream}/blobs/${blob.digest}`)).toBe(200);
  }
});

it('takes the files of blobs that a killed process never acknowledged, and no others', async () => {
  const kept = randomImage();
  await push('team/files', kept, '1');
  const stray = randomImage().blobs;
  const storage = bench.provider(BlobStorage);
  const leave = async ({ digest, bytes }: { digest: string; bytes: Buffer }): Promise<void> => {
    const id = randomUUID();
    const draft = await storage.openDraft(id, 0);
    await draft.append([bytes]);
    await draft.close();
    await storage.publish(id, digest);
  };
  const many = Array.from({ length: 120 }, (_, n) => Buffer.from(`left ${n}`));
  for (const bytes of many) await leave({ digest: digestOf(bytes), bytes });
  await expect(bench.provider(StrayFiles).remove()).rejects.toThrow('is it the right database?');
  for (const bytes of many) await storage.remove(digestOf(bytes));
  for (const blob of stray) await leave(blob);
  expect(await bench.provider(StrayFiles).remove()).toBe(stray.length);
  for (const { digest } of stray) expect(await isStored(digest)).toBe(false);
  for (const { digest } of kept.blobs) expect(await isStored(digest)).toBe(true);
});

it('takes no file that is just being published', async () => {
  const images = Array.from({ length: 40 }, () => randomImage());
  let isPushing = true;
  const looking = (async () => {
    while (isPushing) await bench.provider(StrayFiles).remove();
  })();
  await Promise.all(images.map((image) => pushBlobs('team/busy', image)));
  isPushing = false;
  await looking;
  for (const { digest } of images.flatMap(({ blobs }) => blobs)) expect(await isStored(digest)).toBe(true);
});

describe('what a pruning found to be of no use', () => {
  /** As `faktorz adm prune images` asks for it. */
  async function letGo(stream: string, image: TestImage, unusedSince: Date): Promise<void> {
    const query = `unused-since=${unusedSince.toISOString()}`;
    const paths = [`manifests/${image.digest}`, ...image.blobs.map(({ digest }) => `blobs/${digest}`)];
    for (const path of paths)
      expect((await bench.ask(`/v2/${stream}/${path}?${query}`, { method: 'DELETE' })).status).toBe(202);
  }

  async function shown(stream: string, image: TestImage): Promise<number[]> {
    const paths = [`manifests/${image.digest}`, ...image.blobs.map(({ digest }) => `blobs/${digest}`)];
    return Promise.all(paths.map((path) => statusOf(`/v2/${stream}/${path}`)));
  }

  /** As if the stream's history named nothing any more. */
  function forgetHistory(stream: string): void {
    bench.tagTracker.stream(stream).tags.clear();
    bench.tagTracker.stream(stream).places.clear();
  }

  it('is shown no more', async () => {
    const image = randomImage();
    await push('team/pruned', image, '1');
    forgetHistory('team/pruned');
    await letGo('team/pruned', image, new Date());
    expect(await shown('team/pruned', image)).toEqual([404, 404, 404, 404]);
  });

  it('stays when a history names it after all, or a list that came later', async () => {
    const [named, child] = [randomImage(), randomImage()];
    const list = imageList([child]);
    await push('team/needed', named, '1');
    await push('team/listed', list, '1');
    forgetHistory('team/listed');
    await letGo('team/needed', named, new Date());
    await letGo('team/listed', child, new Date());
    expect(await shown('team/needed', named)).toEqual([200, 200, 200, 200]);
    expect(await shown('team/listed', child)).toEqual([200, 200, 200, 200]);
  });

  it('stays when it was pushed again since, though the push is not recorded yet', async () => {
    const image = randomImage();
    await push('team/anew', image, '1');
    const decided = new Date();
    await push('team/anew', image, '1');
    forgetHistory('team/anew');
    await letGo('team/anew', image, decided);
    expect(await shown('team/anew', image)).toEqual([200, 200, 200, 200]);
  });

  it('is told by a time', async () => {
    const path = `/v2/team/pruned/manifests/${randomImage().digest}?unused-since=yesterday`;
    expect((await bench.ask(path, { method: 'DELETE' })).status).toBe(400);
  });
});
