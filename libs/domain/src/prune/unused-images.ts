import type { Image } from '../image/image.js';
import { blobsOf, imageSize, isManaged } from './image-blobs.js';
import type { KnownImages } from './prune-history.js';
import { isTooYoung, type PruneRun } from './prune-policy.js';

/** All images of one run, by digest. */
export class ImageSet implements KnownImages {
  private readonly byDigest: Map<string, Image>;

  constructor(images: Iterable<Image>) {
    this.byDigest = new Map([...images].map((image) => [image.metadata.name, image]));
  }

  has(digest: string): boolean {
    return this.byDigest.has(digest);
  }

  get(digest: string): Image | undefined {
    return this.byDigest.get(digest);
  }

  sizeOf(digest: string): number {
    const image = this.byDigest.get(digest);
    return image ? imageSize(image) : 0;
  }

  all(): Iterable<Image> {
    return this.byDigest.values();
  }
}

/** An image that goes, and the blobs nothing else in the run names: its own manifest last. */
export interface UnusedImage {
  image: Image;
  blobs: string[];
}

/**
 * Images that no history names, neither directly nor through a list that one names (contract: prune, §5), with the blobs that become free when
 * they go. A blob that several of them share goes with the last.
 */
export function unusedImages(images: ImageSet, named: Iterable<string>, run: PruneRun): UnusedImage[] {
  const used = withChildren(images, named);
  const candidates = [...images.all()].filter((image) => !used.has(image.metadata.name) && mayGo(image, run));
  const count = blobCounts(images);
  return candidates.map((image) => ({
    image,
    blobs: [...blobsOf(image), image.metadata.name].filter((blob) => countDown(count, blob)),
  }));
}

/** These digests and all that lists among them name, however deep. */
export function withChildren(images: ImageSet, digests: Iterable<string>): Set<string> {
  const found = new Set<string>();
  const pending = [...digests];
  for (let digest = pending.pop(); digest !== undefined; digest = pending.pop()) {
    if (found.has(digest)) continue;
    found.add(digest);
    pending.push(...(images.get(digest)?.dockerImageManifests ?? []).map((child) => child.digest));
  }
  return found;
}

function mayGo(image: Image, run: PruneRun): boolean {
  if (!run.all && !isManaged(image)) return false;
  return run.overSizeLimit || !isTooYoung(createdAt(image), run);
}

function createdAt(image: Image): string | undefined {
  const created = image.metadata['creationTimestamp'];
  return typeof created === 'string' ? created : undefined;
}

function blobCounts(images: ImageSet): Map<string, number> {
  const count = new Map<string, number>();
  for (const image of images.all()) {
    for (const blob of [...blobsOf(image), image.metadata.name]) count.set(blob, (count.get(blob) ?? 0) + 1);
  }
  return count;
}

function countDown(count: Map<string, number>, blob: string): boolean {
  const left = (count.get(blob) ?? 0) - 1;
  count.set(blob, left);
  return left <= 0;
}
