import type { KubeObject, ObjectMeta } from '@faktorz/apimachinery';

export interface ImageLayer {
  name: string;
  size: number;
  mediaType: string;
}

/** A child of a manifest list or index. */
export interface ImageManifest {
  digest: string;
  mediaType: string;
  manifestSize: number;
  architecture: string;
  os: string;
  variant?: string;
}

export interface ImageSignature {
  metadata: ObjectMeta;
  type: string;
  content: string;
  [field: string]: unknown;
}

/** An Image in its API shape. */
export interface Image extends KubeObject {
  dockerImageReference?: string;
  dockerImageMetadata?: Record<string, unknown>;
  dockerImageMetadataVersion?: string;
  dockerImageManifest?: string;
  dockerImageManifestMediaType?: string;
  dockerImageConfig?: string;
  dockerImageLayers?: ImageLayer[];
  dockerImageManifests?: ImageManifest[];
  signatures?: ImageSignature[];
  dockerImageSignatures?: string[];
}

export const MANAGED_ANNOTATION = 'openshift.io/image.managed';
export const STORED_BLOB_ANNOTATION = 'image.openshift.io/manifestBlobStored';

/** What stands where an image would be when there is none (an ImageStreamTag not imported yet). */
export function emptyImage(): EmbeddedImage {
  return {
    metadata: {},
    dockerImageMetadata: emptyMetadata(),
    dockerImageMetadataVersion: '1.0',
  };
}

export function emptyMetadata(): Record<string, unknown> {
  return { kind: 'DockerImage', apiVersion: 'image.openshift.io/1.0', Id: '', Created: null, ContainerConfig: {} };
}

/** An Image inside another object: without kind and apiVersion. */
export type EmbeddedImage = Omit<Image, 'kind' | 'apiVersion' | 'metadata'> & { metadata: Partial<ObjectMeta> };

/** An image for embedding: no manifest, no config and no managed fields. */
export function embedImage(image: Image): EmbeddedImage {
  const { kind: _kind, apiVersion: _apiVersion, dockerImageManifest: _m, dockerImageConfig: _c, ...rest } = image;
  const { managedFields: _managedFields, ...metadata } = image.metadata;
  return { ...rest, metadata };
}
