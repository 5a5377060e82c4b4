import type { FieldError } from '@faktorz/apimachinery';
import { InvalidImageReference, isInsecureRepository, parseImageReference, type RegistryCheck } from '@faktorz/domain';
import type { ImageStream } from './image-stream.js';

/** What is wrong with places that a write of a stream's status names and that were not in it before. */
export function validateStatus(
  { metadata, spec, status }: ImageStream,
  old: ImageStream | undefined,
  registryRefusal: RegistryCheck | undefined,
): FieldError[] {
  const known = new Set(old?.status.tags?.flatMap(({ items }) => (items ?? []).map(placeOf)));
  const isInsecure = isInsecureRepository(metadata.annotations);
  return (status.tags ?? []).flatMap(({ tag, items }) => {
    const insecure = isInsecure || Boolean(spec.tags?.find(({ name }) => name === tag)?.importPolicy.insecure);
    return (items ?? []).flatMap((item, index) => {
      const place = placeOf(item);
      if (known.has(place)) return [];
      const field = `status.tags[${tag}].items[${index}].dockerImageReference`;
      return placeErrors(field, place, (reference) => registryRefusal?.(reference, insecure));
    });
  });
}

function placeOf({ dockerImageReference }: { dockerImageReference?: string }): string {
  return dockerImageReference ?? '';
}

function placeErrors(
  field: string,
  place: string,
  refusalOf: (reference: Parameters<RegistryCheck>[0]) => string | undefined,
): FieldError[] {
  try {
    const refusal = refusalOf(parseImageReference(place));
    return refusal === undefined ? [] : [{ field, type: 'Forbidden', detail: refusal }];
  } catch (error) {
    if (error instanceof InvalidImageReference)
      return [{ field, type: 'Invalid', value: place, detail: error.message }];
    throw error;
  }
}
