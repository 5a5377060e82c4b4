import type { KubeObject } from '@faktorz/apimachinery';
import { embedImage, type EmbeddedImage, type Image } from '../image/image.js';
import { IMAGE_API_VERSION } from '../image-stream/image-stream.js';
import type { StreamHead } from '../image-stream/stream-rows.js';

/** One image of a stream's history; projected, never stored. */
export interface ImageStreamImage extends KubeObject {
  image: EmbeddedImage;
}

/** `requestedName` is repeated exactly as asked, short ids included. */
export function imageStreamImage(head: StreamHead, requestedName: string, image: Image): ImageStreamImage {
  const { annotations } = head;
  return {
    kind: 'ImageStreamImage',
    apiVersion: IMAGE_API_VERSION,
    metadata: {
      name: requestedName,
      namespace: head.namespace,
      creationTimestamp: image.metadata.creationTimestamp,
      ...(annotations && Object.keys(annotations).length > 0 && { annotations }),
    },
    image: embedImage(image),
  };
}
