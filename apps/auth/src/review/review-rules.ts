import type { FieldError } from '@faktorz/apimachinery';
import type { AccessReviewSpec } from './review.js';

/** A review asks about a resource or a path, not about both. */
export function validateQuestion({ resourceAttributes, nonResourceAttributes }: AccessReviewSpec): FieldError[] {
  if (resourceAttributes && nonResourceAttributes) {
    const detail = 'cannot be specified in combination with resourceAttributes';
    return [{ field: 'spec.nonResourceAttributes', type: 'Invalid', value: nonResourceAttributes, detail }];
  }
  if (resourceAttributes || nonResourceAttributes) return [];
  const detail = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
  return [{ field: 'spec.resourceAttributes', type: 'Invalid', value: null, detail }];
}

/** A review about somebody names him, by user or by groups. */
export function validateSubjectReview(spec: AccessReviewSpec): FieldError[] {
  if (spec.user || spec.groups?.length) return validateQuestion(spec);
  const detail = 'at least one of user or group must be specified';
  return [...validateQuestion(spec), { field: 'spec.user', type: 'Invalid', value: '', detail }];
}

/** A review made in a namespace asks about that namespace. */
export function validateLocality(
  { resourceAttributes, nonResourceAttributes }: AccessReviewSpec,
  namespace: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (resourceAttributes && (resourceAttributes.namespace ?? '') !== namespace)
    errors.push({
      field: 'spec.resourceAttributes.namespace',
      type: 'Invalid',
      value: resourceAttributes.namespace ?? '',
      detail: 'must match metadata.namespace',
    });
  if (nonResourceAttributes)
    errors.push({
      field: 'spec.nonResourceAttributes',
      type: 'Invalid',
      value: nonResourceAttributes,
      detail: 'disallowed on this kind of request',
    });
  return errors;
}
