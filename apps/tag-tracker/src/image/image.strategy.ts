import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type FieldError, type RequestContext, type StoredResourceStrategy } from '@faktorz/apimachinery';
import {
  type Image as DomainImage,
  InvalidManifest,
  parseManifest,
  pathSegmentProblems,
  validateImage,
  withDerivedParts,
} from '@faktorz/domain';
import { timestamp } from '../image-stream/write-cause.js';
import { type Image, STORED_BLOB_ANNOTATION } from './image.js';
import { signatureChangeErrors, signatureErrors } from './image-signatures.js';

/** How images that a client or the registry sends come into being: what they consist of never changes afterwards (contract: resources, §4). */
@Injectable()
export class ImageStrategy implements StoredResourceStrategy<Image> {
  validateName(name: string): string[] {
    return pathSegmentProblems(name);
  }

  default(image: Image): void {
    Object.assign(image, complete(image));
  }

  prepareForCreate(image: Image): void {
    dropStoredManifest(image);
  }

  prepareForUpdate(image: Image, old: Image): void {
    for (const field of WHAT_AN_IMAGE_IS) restore(image, old, field);
    if (old.dockerImageSignatures) restore(image, old, 'dockerImageSignatures');
    if (image.dockerImageManifest && digestOf(image.dockerImageManifest) !== image.metadata.name) {
      restore(image, old, 'dockerImageManifest');
    }
    if (image.dockerImageConfig && digestOf(image.dockerImageConfig) !== configDigest(image)) {
      restore(image, old, 'dockerImageConfig');
    }
    dropStoredManifest(image);
  }

  validate(image: Image, old: Image | undefined, _context: RequestContext): FieldError[] {
    const signatures = image.signatures ?? [];
    return [
      ...validateImage(asDomainImage(image)).filter(({ field }) => field !== 'metadata.name'),
      ...signatures.flatMap((signature, index) => signatureErrors(signature, `signatures[${index}].`)),
      ...signatureChangeErrors(signatures, old?.signatures ?? []),
    ];
  }
}

/** Nobody changes these, and who tries is not told: so clients can send back an object that an older server filled in differently. */
const WHAT_AN_IMAGE_IS = ['dockerImageMetadata', 'dockerImageMetadataVersion', 'dockerImageLayers'] as const;

function restore<K extends keyof Image>(image: Image, old: Image, field: K): void {
  if (old[field] === undefined) delete image[field];
  else image[field] = old[field];
}

function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** The digest of the config that the image's own manifest names. */
function configDigest({ dockerImageManifest, dockerImageManifestMediaType }: Image): string | undefined {
  if (!dockerImageManifest) return undefined;
  try {
    const manifest = parseManifest(dockerImageManifest, dockerImageManifestMediaType);
    return manifest.form === 'image' ? manifest.config.digest : undefined;
  } catch (error) {
    if (error instanceof InvalidManifest) return undefined;
    throw error;
  }
}

/** The image with everything that follows from its manifest. */
export function complete(image: Image): Image {
  const derived = withDerivedParts(asDomainImage(image), timestamp(new Date()));
  return { ...image, ...(derived as Partial<Image>), metadata: image.metadata };
}

/** Where the registry keeps the manifest, the API does not keep it again. */
export function dropStoredManifest(image: Image): void {
  if (image.metadata.annotations?.[STORED_BLOB_ANNOTATION] !== 'true') return;
  delete image.dockerImageManifest;
  delete image.dockerImageConfig;
}

/** The image in the form that the domain's rules take. */
export function asDomainImage(image: Image): DomainImage {
  return {
    ...image,
    metadata: { ...image.metadata },
    dockerImageReference: image.dockerImageReference ?? '',
    dockerImageMetadata: image.dockerImageMetadata ?? {},
    dockerImageMetadataVersion: image.dockerImageMetadataVersion ?? '',
  };
}
