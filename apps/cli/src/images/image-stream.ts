import type { Image, TagReference, TagStatus } from '@faktorz/domain';
import type { KubeMetadata, KubeObject } from '../client/kube-object.js';

/** An image stream as the API shows it. */
export interface ImageStream extends KubeObject {
  metadata?: KubeMetadata;
  spec?: { dockerImageRepository?: string; lookupPolicy?: { local?: boolean }; tags?: TagReference[] };
  status?: { dockerImageRepository?: string; publicDockerImageRepository?: string; tags?: TagStatus[] };
}

/** What one item of an import came to. */
export interface ImportedImage {
  status: { status?: string; message?: string; reason?: string };
  tag?: string;
  image?: ApiImage;
}

/** An image as the API shows it. */
export type ApiImage = Partial<Image> & KubeObject;

export interface ImageStreamImport extends KubeObject {
  status?: {
    import?: ImageStream;
    images?: ImportedImage[];
    repository?: { status: { status?: string; message?: string }; images?: ImportedImage[]; additionalTags?: string[] };
  };
}

export function specTag(stream: ImageStream, tag: string): TagReference | undefined {
  return stream.spec?.tags?.find(({ name }) => name === tag);
}

export function statusTag(stream: ImageStream, tag: string): TagStatus | undefined {
  return stream.status?.tags?.find((status) => status.tag === tag);
}

export const IMAGE_API = 'image.openshift.io/v1';
