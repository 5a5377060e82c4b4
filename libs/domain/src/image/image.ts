import { z } from 'zod';

/** Annotation of an image whose layers are listed base first. */
export const LAYERS_ORDER_ANNOTATION = 'image.openshift.io/dockerLayersOrder';
/** Annotation (`"true"`) of an image that was pushed to the integrated registry. */
export const MANAGED_ANNOTATION = 'openshift.io/image.managed';
/** Annotation (`"true"`) of an image whose manifest the registry keeps: the API stores none. */
export const MANIFEST_BLOB_STORED_ANNOTATION = 'image.openshift.io/manifestBlobStored';

/** One layer, base first in the list. */
export const ImageLayer = z.object({ name: z.string(), size: z.number(), mediaType: z.string() });
export type ImageLayer = z.infer<typeof ImageLayer>;

/** One child of a manifest list or index. */
export const ImageManifest = z.object({
  digest: z.string(),
  mediaType: z.string(),
  manifestSize: z.number(),
  /** Required by the API, though a list may leave it out: then the image is refused. */
  architecture: z.string(),
  os: z.string(),
  variant: z.string().optional(),
});
export type ImageManifest = z.infer<typeof ImageManifest>;

/** Metadata of an Image; open, since stored images carry more (uid, resourceVersion …). */
export const ImageObjectMeta = z.looseObject({
  name: z.string(),
  annotations: z.record(z.string(), z.string()).optional(),
});

/** An Image in its API shape (contract: resources, §4), without apiVersion and kind. */
export const Image = z.looseObject({
  metadata: ImageObjectMeta,
  dockerImageReference: z.string(),
  dockerImageMetadata: z.record(z.string(), z.unknown()),
  dockerImageMetadataVersion: z.string(),
  dockerImageManifest: z.string().optional(),
  dockerImageLayers: z.array(ImageLayer).optional(),
  dockerImageManifestMediaType: z.string().optional(),
  dockerImageConfig: z.string().optional(),
  dockerImageManifests: z.array(ImageManifest).optional(),
});
export type Image = z.infer<typeof Image>;
