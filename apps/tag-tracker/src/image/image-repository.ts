import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { ApiError, type WriteContext } from '@faktorz/apimachinery';
import { type ChangeTransaction, DocumentStorage, type ObjectIdentity } from '@faktorz/persistence';
import { IMAGE_API_VERSION } from '../image-stream/image-stream.js';
import type { EmbeddedImage, Image } from './image.js';

/** Injection token of the images' document store. */
export const IMAGE_STORAGE = Symbol('image storage');
export const IMAGE_RESOURCE = 'images.image.openshift.io';

/** Images by digest, shared by all streams. */
@Injectable()
export class ImageRepository {
  constructor(@Inject(IMAGE_STORAGE) private readonly storage: DocumentStorage<Image>) {}

  find(digest: string): Promise<Image | undefined> {
    return this.storage.get({ name: digest });
  }

  /** As `find`, in the caller's transaction. */
  findIn(tx: ChangeTransaction, digest: string): Promise<Image | undefined> {
    return this.storage.getIn(tx, { name: digest });
  }

  /** Those of the digests that are stored, by digest. */
  async findAll(digests: readonly string[]): Promise<Map<string, Image>> {
    return new Map((await this.storage.getMany('', digests)).map((image) => [image.metadata.name, image]));
  }

  /** Which objects those of the digests are that are stored, without reading the images. */
  identities(digests: readonly string[]): Promise<ObjectIdentity[]> {
    return this.storage.identities('', digests);
  }

  /** Those of the digests that are stored, without reading the images. */
  known(digests: readonly string[]): Promise<Set<string>> {
    return this.storage.existing('', digests);
  }

  /** The images and, recursively, the children of lists among them. */
  async findWithChildren(digests: readonly string[]): Promise<Map<string, Image>> {
    const found = new Map<string, Image>();
    let wanted = [...new Set(digests)];
    while (wanted.length > 0) {
      const images = await this.findAll(wanted);
      for (const [digest, image] of images) found.set(digest, image);
      const children = [...images.values()]
        .flatMap((image) => image.dockerImageManifests ?? [])
        .map(({ digest }) => digest);
      wanted = [...new Set(children)].filter((digest) => !found.has(digest));
    }
    return found;
  }

  /** Stores the images that are not there yet; an image that is stays as it is. Manifests and configs are never kept. */
  async storeMissing(
    tx: ChangeTransaction,
    images: readonly EmbeddedImage[],
    context: WriteContext,
    now: string,
  ): Promise<void> {
    await this.storeAll(tx, await this.missingIn(tx, images), context, now);
  }

  /** Those of the images that are not stored, in one order everywhere: so two imports of the same images wait for each other instead of blocking each other. */
  async missingIn(tx: ChangeTransaction, images: readonly EmbeddedImage[]): Promise<EmbeddedImage[]> {
    const byDigest = new Map(images.map((image) => [image.metadata.name ?? '', image]));
    const stored = byDigest.size > 0 ? await this.storage.existingIn(tx, '', [...byDigest.keys()]) : new Set<string>();
    const missing = [...byDigest].filter(([digest]) => !stored.has(digest)).sort(([a], [b]) => (a < b ? -1 : 1));
    return missing.map(([, image]) => image);
  }

  /** Stores images that `missingIn` named. */
  async storeAll(
    tx: ChangeTransaction,
    missing: readonly EmbeddedImage[],
    context: WriteContext,
    now: string,
  ): Promise<void> {
    for (const image of missing) await this.store(tx, image.metadata.name ?? '', image, context, now);
  }

  private async store(
    tx: ChangeTransaction,
    digest: string,
    { dockerImageManifest: _manifest, dockerImageConfig: _config, ...image }: EmbeddedImage,
    context: WriteContext,
    now: string,
  ): Promise<void> {
    const metadata = { ...image.metadata, name: digest, uid: randomUUID(), creationTimestamp: now };
    try {
      await this.storage.createIn(tx, { ...image, kind: 'Image', apiVersion: IMAGE_API_VERSION, metadata }, context);
    } catch (error) {
      // Another import was quicker: the image is the same, its name is its digest.
      if (!(error instanceof ApiError && error.reason === 'AlreadyExists')) throw error;
    }
  }
}
