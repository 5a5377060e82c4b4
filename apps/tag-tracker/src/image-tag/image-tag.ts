import type { KubeObject, ManagedFieldsEntry } from '@faktorz/apimachinery';
import type { TagEvent, TagReference, TagStatus } from '@faktorz/domain';
import { embedImage, type EmbeddedImage, type Image } from '../image/image.js';
import { IMAGE_API_VERSION } from '../image-stream/image-stream.js';
import { metadataOf, tagStatus } from '../image-stream/image-stream.assembly.js';
import type { StreamHead, TagRow } from '../image-stream/stream-rows.js';

/** One tag of a stream with its source and its history; projected, never stored. */
export interface ImageTag extends KubeObject {
  spec: TagReference | null;
  status: TagStatus | null;
  image: EmbeddedImage | null;
}

/** The stream's metadata under the tag's name, with what the tag should be, what it was, and (for GET) the image it points at. */
export function imageTag(
  head: StreamHead,
  tag: TagRow,
  history: TagEvent[],
  managedFields: ManagedFieldsEntry[] | null,
  image?: Image,
): ImageTag {
  return {
    kind: 'ImageTag',
    apiVersion: IMAGE_API_VERSION,
    metadata: { ...metadataOf(head, managedFields), name: `${head.name}:${tag.tag === '' ? 'latest' : tag.tag}` },
    spec: tag.spec,
    status: tagStatus(tag, history) ?? null,
    image: image ? embedImage(image) : null,
  };
}
