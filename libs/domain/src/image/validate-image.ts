import { InvalidImageReference, parseImageReference } from '../reference/parse-image-reference.js';
import { pathSegmentProblems } from '../image-stream/stream-name.js';
import type { FieldError } from '../validation/field-error.js';
import type { Image, ImageManifest } from './image.js';

/** What is wrong with an Image. `prefix` is the path of the Image in the object it came in, e.g. `image.`. */
export function validateImage(image: Image, prefix = ''): FieldError[] {
  const { metadata, dockerImageManifests, dockerImageLayers } = image;
  const errors = validateName(metadata.name, `${prefix}metadata.name`);
  errors.push(...validateReference(image.dockerImageReference, `${prefix}dockerImageReference`));
  if (dockerImageManifests?.length && dockerImageLayers?.length) {
    errors.push({
      field: `${prefix}dockerImageLayers`,
      type: 'Invalid',
      value: dockerImageLayers,
      detail: 'an image with dockerImageManifests has no layers of its own',
    });
  }
  const listed = dockerImageManifests ?? [];
  return [
    ...errors,
    ...listed.flatMap((child, index) => validateListed(child, `${prefix}dockerImageManifests[${index}]`)),
  ];
}

function validateName(name: string, field: string): FieldError[] {
  if (!name) return [{ field, type: 'Required', detail: 'name or generateName is required' }];
  return pathSegmentProblems(name).map((detail) => ({ field, type: 'Invalid', value: name, detail }));
}

function validateReference(reference: string, field: string): FieldError[] {
  if (!reference) return [{ field, type: 'Required', detail: '' }];
  try {
    parseImageReference(reference);
    return [];
  } catch (error) {
    if (error instanceof InvalidImageReference)
      return [{ field, type: 'Invalid', value: reference, detail: error.message }];
    throw error;
  }
}

function validateListed(child: ImageManifest, path: string): FieldError[] {
  const required = ['digest', 'mediaType', 'architecture', 'os'] as const;
  return required
    .filter((key) => !child[key])
    .map((key) => ({ field: `${path}.${key}`, type: 'Required', detail: '' }));
}
