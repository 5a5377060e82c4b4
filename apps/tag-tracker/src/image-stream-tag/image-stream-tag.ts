import type { KubeObject } from '@faktorz/apimachinery';
import type { TagCondition, TagEvent, TagReference } from '@faktorz/domain';
import { embedImage, emptyImage, type EmbeddedImage, type Image } from '../image/image.js';
import { IMAGE_API_VERSION } from '../image-stream/image-stream.js';
import type { StreamHead, TagRow } from '../image-stream/stream-rows.js';

/** One tag of a stream with the image it points at; projected, never stored. */
export interface ImageStreamTag extends KubeObject {
  tag: TagReference | null;
  generation: number;
  lookupPolicy: { local: boolean };
  conditions?: TagCondition[];
  image: EmbeddedImage;
}

interface Parts {
  head: StreamHead;
  tag: TagRow;
  newest?: TagEvent;
  image?: Image;
  /** The pull spec by the tag's reference policy. */
  pullSpec?: string;
}

/** The full form, as GET and writes answer it. */
export function imageStreamTag({ head, tag, newest, image, pullSpec }: Parts): ImageStreamTag {
  const conditions = tag.conditions ?? [];
  return {
    kind: 'ImageStreamTag',
    apiVersion: IMAGE_API_VERSION,
    metadata: tagMetadata(head, tag, newest),
    tag: tag.spec,
    generation: newest?.generation ?? 0,
    lookupPolicy: { local: head.localLookup },
    ...(conditions.length > 0 && { conditions }),
    image: image ? taggedImage(image, tag.spec, pullSpec) : emptyImage(),
  };
}

/** The short form of lists: of the image only its name and where to pull it. */
export function listedImageStreamTag({ head, tag, newest, pullSpec }: Parts): ImageStreamTag {
  const full = imageStreamTag({ head, tag, newest });
  return {
    ...full,
    image: {
      ...full.image,
      metadata: { name: newest?.image ?? '' },
      dockerImageReference: pullSpec ?? newest?.dockerImageReference ?? '',
    },
  };
}

function tagMetadata(head: StreamHead, tag: TagRow, newest: TagEvent | undefined): ImageStreamTag['metadata'] {
  const annotations = tag.spec?.annotations;
  return {
    name: `${head.name}:${tag.tag === '' ? 'latest' : tag.tag}`,
    namespace: head.namespace,
    uid: head.uid,
    resourceVersion: String(head.position),
    creationTimestamp: newest?.created ?? (head.metadata.creationTimestamp as string),
    ...(head.labels && Object.keys(head.labels).length > 0 && { labels: head.labels }),
    ...(annotations && Object.keys(annotations).length > 0 && { annotations }),
  };
}

function taggedImage(image: Image, spec: TagReference | null, pullSpec: string | undefined): EmbeddedImage {
  const embedded = embedImage(image);
  const annotations = { ...embedded.metadata.annotations, ...spec?.annotations };
  return {
    ...embedded,
    metadata: { ...embedded.metadata, ...(Object.keys(annotations).length > 0 && { annotations }) },
    dockerImageReference: pullSpec ?? embedded.dockerImageReference,
  };
}
