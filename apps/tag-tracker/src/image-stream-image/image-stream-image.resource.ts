import { Injectable } from '@nestjs/common';
import { ApiError, notFound, type RequestContext, type ResourceHandlers } from '@faktorz/apimachinery';
import { matchesShortId, parseImageStreamImageName } from '@faktorz/domain';
import { ImageRepository } from '../image/image-repository.js';
import { IMAGE_GROUP } from '../image-stream/image-stream.js';
import { ImageStreamStore } from '../image-stream/image-stream.store.js';
import { namespaceOf } from '../image-stream-tag/tag-views.js';
import { imageStreamImage, type ImageStreamImage } from './image-stream-image.js';

/** `imagestreamimages`: one image of a stream's history, or a child of a list in it, by full or short id. */
@Injectable()
export class ImageStreamImageHandlers implements ResourceHandlers<ImageStreamImage> {
  constructor(
    private readonly store: ImageStreamStore,
    private readonly images: ImageRepository,
  ) {}

  async get(context: RequestContext): Promise<ImageStreamImage> {
    const name = context.name ?? '';
    const { stream, id } = parseImageStreamImageName(name);
    const head = await this.store.head({ namespace: namespaceOf(context), name: stream });
    // The reference names this resource in the singular, unlike all others.
    if (!head) throw notFound('imagestreamimage', IMAGE_GROUP, name);
    const digest = await this.resolve(head.uid, id, name);
    const image = digest === undefined ? undefined : await this.images.find(digest);
    if (!image) throw notFound('imagestreamimage', IMAGE_GROUP, name);
    return imageStreamImage(head, name, image);
  }

  private async resolve(uid: string, id: string, name: string): Promise<string | undefined> {
    const entries = await this.store.eventsByImagePrefix(uid, id);
    const direct = entries.map(({ image }) => image).filter((image) => matchesShortId(image, id));
    const matching = direct.length > 0 ? direct : await this.children(uid, id);
    const found = [...new Set(matching)].sort();
    if (found.length <= 1 || found.includes(id)) return found.includes(id) ? id : found[0];
    throw new ApiError(
      'Conflict',
      `Operation cannot be fulfilled on imagestreamimage.${IMAGE_GROUP} "${name}": multiple images match the prefix "${id}": ${found.join(', ')}`,
      { name, group: IMAGE_GROUP, kind: 'imagestreamimage' },
    );
  }

  private async children(uid: string, id: string): Promise<string[]> {
    const images = await this.images.findAll(await this.store.imagesOf(uid));
    return [...images.values()]
      .flatMap((image) => image.dockerImageManifests ?? [])
      .map(({ digest }) => digest)
      .filter((digest) => matchesShortId(digest, id));
  }
}
