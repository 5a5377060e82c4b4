import { Inject, Injectable } from '@nestjs/common';
import { type KubeObject, type ResourceDefinition, type ResourceHandlers, storedResource } from '@faktorz/apimachinery';
import { imageResources } from '@faktorz/image-api';
import { DocumentStorage } from '@faktorz/persistence';
import { IMAGE_STORAGE } from './image/image-repository.js';
import { ImageStrategy } from './image/image.strategy.js';
import type { Image } from './image/image.js';
import { ImageSignatureHandlers } from './image-signature/image-signature.resource.js';
import { ImageStreamStorage } from './image-stream/image-stream.storage.js';
import { ImageStreamStatusStrategy, ImageStreamStrategy } from './image-stream/image-stream.strategy.js';
import { ImageStreamLayersHandlers, ImageStreamSecretsHandlers } from './image-stream/image-stream-parts.resource.js';
import { streamFields } from './image-stream/selectable-fields.js';
import { ImageStreamImageHandlers } from './image-stream-image/image-stream-image.resource.js';
import { ImageStreamMappingHandlers } from './image-stream-mapping/image-stream-mapping.resource.js';
import { ImageStreamTagHandlers } from './image-stream-tag/image-stream-tag.resource.js';
import { ImageTagHandlers } from './image-tag/image-tag.resource.js';

/** The API this service serves: each resource of `image.openshift.io/v1` but imagestreamimports, which is importer's. */
@Injectable()
export class ApiResources {
  constructor(
    private readonly streamStorage: ImageStreamStorage,
    private readonly streamStrategy: ImageStreamStrategy,
    private readonly statusStrategy: ImageStreamStatusStrategy,
    private readonly layers: ImageStreamLayersHandlers,
    private readonly secrets: ImageStreamSecretsHandlers,
    @Inject(IMAGE_STORAGE) private readonly imageStorage: DocumentStorage<Image>,
    private readonly imageStrategy: ImageStrategy,
    private readonly signatures: ImageSignatureHandlers,
    private readonly streamTags: ImageStreamTagHandlers,
    private readonly tags: ImageTagHandlers,
    private readonly streamImages: ImageStreamImageHandlers,
    private readonly mappings: ImageStreamMappingHandlers,
  ) {}

  definitions(): ResourceDefinition[] {
    const { images, imagesignatures, imagestreams, imagestreamtags, imagetags, imagestreamimages, imagestreammappings } =
      imageResources;
    return [
      define(images, storedResource(this.imageStorage, this.imageStrategy, images)),
      define(imagesignatures, this.signatures),
      { ...define(imagestreams, storedResource(this.streamStorage, this.streamStrategy, imagestreams)), ...this.streamParts() },
      define(imagestreamtags, this.streamTags),
      define(imagetags, this.tags),
      define(imagestreamimages, this.streamImages),
      define(imagestreammappings, this.mappings),
    ];
  }

  private streamParts(): Pick<ResourceDefinition, 'fields' | 'subresources'> {
    const { imagestreams } = imageResources;
    const main = storedResource(this.streamStorage, this.streamStrategy, imagestreams);
    const status = storedResource(this.streamStorage, this.statusStrategy, imagestreams);
    const [statusFacts, layersFacts, secretsFacts] = imagestreams.subresources;
    return {
      fields: streamFields as ResourceDefinition['fields'],
      subresources: [
        { ...statusFacts, handlers: { get: main.get, update: status.update } as unknown as ResourceHandlers<KubeObject> },
        { ...layersFacts, handlers: this.layers },
        { ...secretsFacts, handlers: this.secrets },
      ],
    };
  }
}

/** Handlers of one kind serve only objects of that kind, which the engine sees to. */
function define<T extends KubeObject>(
  facts: Omit<ResourceDefinition, 'handlers'>,
  handlers: ResourceHandlers<T>,
): ResourceDefinition {
  return { ...facts, handlers: handlers as unknown as ResourceHandlers<KubeObject> };
}
