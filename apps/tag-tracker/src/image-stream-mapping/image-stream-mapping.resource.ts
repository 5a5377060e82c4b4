import { Injectable } from '@nestjs/common';
import {
  type FieldError,
  type HandlerAnswer,
  invalid,
  type KubeObject,
  metadataErrors,
  notFound,
  type RequestContext,
  type ResourceHandlers,
} from '@faktorz/apimachinery';
import { pathSegmentProblems, validateImage } from '@faktorz/domain';
import { asDomainImage } from '../image/image.strategy.js';
import type { EmbeddedImage, Image } from '../image/image.js';
import { ImagePushes } from '../image-push/image-pushes.js';
import { IMAGE_GROUP } from '../image-stream/image-stream.js';
import { namespaceOf } from '../image-stream-tag/tag-views.js';

/** Says that a tag of a stream now points at this image. */
export interface ImageStreamMapping extends KubeObject {
  image: EmbeddedImage;
  tag: string;
}

/** `imagestreammappings`: create only, nothing of its own is stored. */
@Injectable()
export class ImageStreamMappingHandlers implements ResourceHandlers<ImageStreamMapping> {
  constructor(private readonly pushes: ImagePushes) {}

  async create(mapping: ImageStreamMapping, context: RequestContext): Promise<HandlerAnswer> {
    const key = { namespace: namespaceOf(context), name: mapping.metadata.name };
    const image = this.pushes.imageOf(mapping.image, key);
    checkMapping(mapping, key.namespace, image);
    const push = { key, tags: [mapping.tag], image, mayCreateStream: false };
    if (!(await this.pushes.record(push, context))) throw notFound('imagestreammappings', IMAGE_GROUP, key.name);
    return { status: 201, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' } };
  }
}

function checkMapping(mapping: ImageStreamMapping, namespace: string, image: Image): void {
  const { name = '' } = mapping.metadata;
  const required = (field: string): FieldError => ({ field, type: 'Required', detail: '' });
  const metadata = { ...mapping.metadata, name, namespace };
  const errors = [
    ...metadataErrors({ ...mapping, metadata }, { namespaced: true, validateName: pathSegmentProblems }),
    ...(name ? [] : [required('name'), required('dockerImageRepository')]),
    ...(mapping.tag ? [] : [required('tag')]),
    ...validateImage(asDomainImage(image), 'image.'),
  ];
  if (errors.length > 0) throw invalid('ImageStreamMapping', IMAGE_GROUP, name, errors);
}
