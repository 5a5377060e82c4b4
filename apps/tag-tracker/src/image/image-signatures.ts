import { type FieldError, metadataErrors } from '@faktorz/apimachinery';
import { pathSegmentProblems } from '@faktorz/domain';
import type { ImageSignature } from './image.js';

/** A signature as clients send it. */
type SentSignature = Partial<Omit<ImageSignature, 'metadata'>> & { metadata?: Partial<ImageSignature['metadata']> };

/** What is wrong with a signature, on its own or as one of an image's. `prefix` is its path, e.g. `signatures[0].`. */
export function signatureErrors({ metadata = {}, type, content }: SentSignature, prefix = ''): FieldError[] {
  const name = metadata.name ?? '';
  const named = { apiVersion: '', kind: '', metadata: { ...metadata, name } };
  const errors = [
    ...metadataErrors(named, { namespaced: false, validateName: pathSegmentProblems }),
    ...forbidden('labels', metadata.labels),
    ...forbidden('annotations', metadata.annotations),
  ];
  if (!signatureNameParts(name)) {
    const detail = 'name must be of format <imageName>@<signatureName>';
    errors.push({ field: 'metadata.name', type: 'Invalid', value: name, detail });
  }
  if (!type) errors.push({ field: 'type', type: 'Required', detail: '' });
  if (!content) errors.push({ field: 'content', type: 'Required', detail: '' });
  return errors.map((error) => ({ ...error, field: `${prefix}${error.field}` }));
}

/** What is wrong with a change of an image's signatures: one that has a name keeps what it says. */
export function signatureChangeErrors(
  signatures: readonly SentSignature[],
  old: readonly SentSignature[],
): FieldError[] {
  const known = new Map(old.map((signature) => [signature.metadata?.name, signature]));
  return signatures.flatMap((signature, index) => {
    const before = known.get(signature.metadata?.name);
    const changed = (['type', 'content'] as const).filter((field) => before && before[field] !== signature[field]);
    return changed.map((field) => ({
      field: `signatures[${index}].${field}`,
      type: 'Forbidden' as const,
      detail: `cannot change signature ${field}`,
    }));
  });
}

/** A signature's name taken apart; `undefined` where it is not `<image>@<signature>`. */
export function signatureNameParts(name: string): { image: string; signature: string } | undefined {
  const [image, signature, ...rest] = name.split('@');
  return image && signature && rest.length === 0 ? { image, signature } : undefined;
}

function forbidden(what: 'labels' | 'annotations', map: Record<string, string> | undefined): FieldError[] {
  if (Object.keys(map ?? {}).length === 0) return [];
  return [{ field: `metadata.${what}`, type: 'Forbidden', detail: `signature ${what} cannot be set` }];
}
