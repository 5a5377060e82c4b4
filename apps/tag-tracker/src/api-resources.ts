import { Inject, Injectable } from '@nestjs/common';
import { type KubeObject, type ResourceDefinition, type ResourceHandlers, storedResource } from '@faktorz/apimachinery';
import { imageResources, imageStreamParts, type ResourceFacts } from '@faktorz/image-api';
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
    const {
      images,
      imagesignatures,
      imagestreams,
      imagestreamtags,
      imagetags,
      imagestreamimages,
      imagestreammappings,
    } = imageResources;
    return [
      define(images, storedResource(this.imageStorage, this.imageStrategy, images)),
      define(imagesignatures, this.signatures),
      {
        ...define(imagestreams, storedResource(this.streamStorage, this.streamStrategy, imagestreams)),
        ...this.streamParts(),
      },
      define(imagestreamtags, this.streamTags),
      define(imagetags, this.tags),
      define(imagestreamimages, this.streamImages),
      define(imagestreammappings, this.mappings),
    ];
  }

  private streamParts(): Pick<ResourceDefinition, 'fields' | 'subresources'> {
    const { imagestreams } = imageResources;
    const { get } = storedResource(this.streamStorage, this.streamStrategy, imagestreams);
    const { update } = storedResource(this.streamStorage, this.statusStrategy, imagestreams);
    return {
      fields: streamFields as ResourceDefinition['fields'],
      subresources: [
        { ...imageStreamParts.status, handlers: anyKind({ get, update }) },
        { ...imageStreamParts.layers, handlers: anyKind(this.layers) },
        { ...imageStreamParts.secrets, handlers: anyKind(this.secrets) },
      ],
    };
  }
}

function define<T extends KubeObject>(facts: ResourceFacts, handlers: ResourceHandlers<T>): ResourceDefinition {
  return { ...facts, handlers: anyKind(handlers) };
}

/** Handlers of one kind are only ever given objects of that kind: the engine has read them by its schema. */
function anyKind<T extends KubeObject>(handlers: ResourceHandlers<T>): ResourceHandlers<KubeObject> {
  return handlers as unknown as ResourceHandlers<KubeObject>;
}
