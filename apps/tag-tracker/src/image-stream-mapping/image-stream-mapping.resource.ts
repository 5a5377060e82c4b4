import { Injectable } from '@nestjs/common';
import {
  type HandlerAnswer,
  invalid,
  type KubeObject,
  notFound,
  type RequestContext,
  type ResourceHandlers,
} from '@faktorz/apimachinery';
import {
  type DockerImageReference,
  exactReference,
  parseImageReference,
  type StreamName,
  type TagEvent,
  validateImage,
} from '@faktorz/domain';
import { asDomainImage, complete, dropStoredManifest } from '../image/image.strategy.js';
import { ImageRepository } from '../image/image-repository.js';
import { type EmbeddedImage, type Image, MANAGED_ANNOTATION } from '../image/image.js';
import { IMAGE_GROUP } from '../image-stream/image-stream.js';
import { RepositoryNames } from '../image-stream/repository-names.js';
import { StreamWrites } from '../image-stream/stream-writes.js';
import { timestamp } from '../image-stream/write-cause.js';
import { namespaceOf } from '../image-stream-tag/tag-views.js';

/** Says that a tag of a stream now points at this image; made by the registry for every push by tag. */
export interface ImageStreamMapping extends KubeObject {
  image: EmbeddedImage;
  tag: string;
}

/** `imagestreammappings`: create only, nothing of its own is stored. */
@Injectable()
export class ImageStreamMappingHandlers implements ResourceHandlers<ImageStreamMapping> {
  constructor(
    private readonly writes: StreamWrites,
    private readonly images: ImageRepository,
    private readonly names: RepositoryNames,
  ) {}

  async create(mapping: ImageStreamMapping, context: RequestContext): Promise<HandlerAnswer> {
    const key = { namespace: namespaceOf(context), name: mapping.metadata.name };
    const image = this.imageOf(mapping, key);
    checkMapping(mapping, image);
    const cause = { by: context.identity.user, id: context.requestId, now: timestamp(new Date()) };
    const existing = await this.images.find(image.metadata.name);
    const dockerImageReference = this.placeOf(image, existing, key);
    const options = { mayCreate: false, dryRun: context.dryRun };
    const written = await this.writes.write(key, cause, options, async ({ head, draft }, tx) => {
      await this.images.storeMissing(tx, [image], { user: cause.by, requestId: cause.id }, cause.now);
      const event: TagEvent = {
        created: cause.now,
        dockerImageReference,
        image: image.metadata.name,
        generation: head.generation,
      };
      await draft.addEvent(mapping.tag, event, 'push');
    });
    if (!written) throw notFound('imagestreammappings', IMAGE_GROUP, key.name);
    return { status: 201, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' } };
  }

  private imageOf({ image: sent }: ImageStreamMapping, key: StreamName): Image {
    const { signatures: _signatures, ...parts } = sent ?? { metadata: {} };
    const image = complete({
      ...parts,
      kind: 'Image',
      apiVersion: 'image.openshift.io/v1',
      metadata: { ...parts.metadata, name: parts.metadata?.name ?? '' },
    });
    if (!image.dockerImageReference && image.metadata.name && this.names.hosts.internal) {
      image.dockerImageReference = `${this.names.internal(key.namespace, key.name, null)}@${image.metadata.name}`;
    }
    dropStoredManifest(image);
    return image;
  }

  /** An image that was pushed before, to whatever stream, is pulled through this one. */
  private placeOf(image: Image, existing: Image | undefined, key: StreamName): string {
    const reference = image.dockerImageReference ?? '';
    if (existing?.metadata.annotations?.[MANAGED_ANNOTATION] !== 'true') return reference;
    const parsed: DockerImageReference = parseImageReference(reference);
    return exactReference({ ...parsed, namespace: key.namespace, name: key.name, tag: '', id: image.metadata.name });
  }
}

function checkMapping(mapping: ImageStreamMapping, image: Image): void {
  const errors = [
    ...(mapping.metadata.name ? [] : [{ field: 'metadata.name', type: 'Required' as const, detail: '' }]),
    ...(mapping.tag ? [] : [{ field: 'tag', type: 'Required' as const, detail: '' }]),
    ...validateImage(asDomainImage(image), 'image.'),
  ];
  if (errors.length > 0) throw invalid('ImageStreamMapping', IMAGE_GROUP, mapping.metadata.name ?? '', errors);
}
