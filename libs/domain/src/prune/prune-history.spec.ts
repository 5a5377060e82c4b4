import { describe, expect, it } from '@jest/globals';
import type { Image } from '../image/image.js';
import { ImageUsage } from './image-usage.js';
import { type PrunableStream, pruneHistory } from './prune-history.js';
import type { PruneRun } from './prune-policy.js';
import { ImageSet, unusedImages } from './unused-images.js';

const now = new Date('2026-05-01T12:00:00Z');
const LONG_AGO = '2026-04-01T00:00:00Z';
const JUST_NOW = '2026-05-01T11:59:00Z';
const run: PruneRun = { keepTagRevisions: 1, keepYoungerThanMs: 3_600_000, overSizeLimit: false, all: true, now };

function image(name: string, layers: readonly [string, number][], more: Partial<Image> = {}): Image {
  return {
    metadata: { name, creationTimestamp: LONG_AGO },
    dockerImageReference: `registry.test/shop/cart@${name}`,
    dockerImageMetadata: { Id: `config of ${name}` },
    dockerImageMetadataVersion: '1.0',
    dockerImageManifestMediaType: 'application/vnd.oci.image.manifest.v1+json',
    dockerImageLayers: layers.map(([layer, size]) => ({ name: layer, size, mediaType: 'application/octet-stream' })),
    ...more,
  };
}

const images = new ImageSet([
  image('new', [['base', 10]]),
  image('old', [['base', 10]]),
  image('older', [['own', 90]]),
]);

function stream(entries: readonly string[], created = LONG_AGO): PrunableStream {
  const items = entries.map((digest) => ({
    image: digest,
    created,
    dockerImageReference: `registry.test/shop/cart@${digest}`,
    generation: 1,
  }));
  return { namespace: 'shop', name: 'cart', created: LONG_AGO, tags: [{ tag: 'latest', items }] };
}

function dropped(
  from: PrunableStream,
  given: { usage?: ImageUsage; run?: Partial<PruneRun>; sizeLimit?: number } = {},
) {
  const { usage = new ImageUsage(), sizeLimit } = given;
  return pruneHistory(from, { run: { ...run, ...given.run }, usage, images, sizeLimit }).dropped.map(
    (item) => item.image,
  );
}

describe('pruning a history', () => {
  it('keeps the newest entries of each tag', () => {
    expect(dropped(stream(['new', 'old', 'older']))).toEqual(['old', 'older']);
    expect(dropped(stream(['new', 'old', 'older']), { run: { keepTagRevisions: 2 } })).toEqual(['older']);
  });

  it('keeps young entries, and all of a young stream', () => {
    expect(dropped(stream(['new', 'old'], JUST_NOW))).toEqual([]);
    expect(dropped({ ...stream(['new', 'old']), created: JUST_NOW })).toEqual([]);
  });

  it('drops entries whose image is gone, even the newest', () => {
    expect(dropped(stream(['lost', 'old']), { run: { keepTagRevisions: 3 } })).toEqual(['lost']);
  });

  it('takes a tag away with its last entry', () => {
    const { tags } = pruneHistory(stream(['lost']), { run, usage: new ImageUsage(), images });
    expect(tags).toEqual([]);
  });

  it('keeps the entry of a reference tag, which names no image', () => {
    expect(dropped(stream(['']))).toEqual([]);
  });

  it('keeps what is in use by tag or by digest, whichever host the pull spec names', () => {
    const usage = new ImageUsage();
    usage.addPullSpec('somewhere.test:5000/shop/cart');
    usage.addPullSpec('elsewhere.test/shop/other@sha256:' + 'a'.repeat(64));
    usage.addDigest('shop', 'cart', 'older');
    expect(dropped(stream(['lost', 'old', 'older']), { usage })).toEqual(['old']);
  });

  it('by size drops what is larger than the project allows, whatever its age', () => {
    const bySize = { overSizeLimit: true };
    expect(dropped(stream(['new', 'older'], JUST_NOW), { run: bySize, sizeLimit: 50 })).toEqual(['older']);
    expect(dropped(stream(['new', 'older']), { run: bySize })).toEqual([]);
  });
});

describe('unused images', () => {
  it('frees a shared blob with the last image that names it', () => {
    const [first] = unusedImages(images, ['new'], run);
    expect(first?.image.metadata.name).toBe('old');
    expect(first?.blobs).toEqual(['config of old', 'old']);
    const blobs = unusedImages(images, [], run).flatMap((unused) => unused.blobs);
    expect(blobs.filter((blob) => blob === 'base')).toHaveLength(1);
  });

  it('keeps the children of a list that a history names', () => {
    const child = { digest: 'old', mediaType: '', manifestSize: 1, architecture: 'amd64', os: 'linux' };
    const list = image('list', [], { dockerImageManifests: [child] });
    const withList = new ImageSet([...images.all(), list]);
    expect(unusedImages(withList, ['list'], run).map((unused) => unused.image.metadata.name)).toEqual(['new', 'older']);
  });

  it('leaves imported images when only pushed ones may go', () => {
    const pushed = image('pushed', [], {
      metadata: { name: 'pushed', annotations: { 'openshift.io/image.managed': 'true' } },
    });
    const set = new ImageSet([...images.all(), pushed]);
    expect(unusedImages(set, [], { ...run, all: false }).map((unused) => unused.image.metadata.name)).toEqual([
      'pushed',
    ]);
  });
});
