import { Injectable } from '@nestjs/common';
import { type FieldError, type RequestContext, type StoredResourceStrategy } from '@faktorz/apimachinery';
import { type Image as DomainImage, pathSegmentProblems, validateImage, withDerivedParts } from '@faktorz/domain';
import { canonicalJson } from '../image-stream/canonical-json.js';
import { timestamp } from '../image-stream/write-cause.js';
import { type Image, STORED_BLOB_ANNOTATION } from './image.js';

/** How images that a client or the registry sends come into being: what they consist of never changes afterwards. */
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
    for (const field of ['dockerImageManifest', 'dockerImageConfig'] as const) {
      if (old[field] === undefined) delete image[field];
      else image[field] = old[field];
    }
    dropStoredManifest(image);
  }

  validate(image: Image, old: Image | undefined, _context: RequestContext): FieldError[] {
    const errors = validateImage(asDomainImage(image)).filter(({ field }) => field !== 'metadata.name');
    if (!old) return errors;
    for (const field of ['dockerImageMetadata', 'dockerImageLayers'] as const) {
      if (canonicalJson(image[field]) === canonicalJson(old[field])) continue;
      errors.push({ field, type: 'Invalid', value: image[field], detail: 'field is immutable' });
    }
    return errors;
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
