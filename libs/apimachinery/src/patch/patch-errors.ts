import { ApiError } from '../status/api-error.js';

/** 400: the patch itself is malformed. */
export function badPatch(message: string, cause?: unknown): ApiError {
  return new ApiError('BadRequest', message, undefined, { cause });
}

/**
 * 422: the patch cannot be applied to this object. Kubernetes says only that; the cause says which part and why.
 */
export function patchDoesNotApply(why: string): ApiError {
  return new ApiError('Invalid', 'the server rejected our request due to an error in our request', {
    causes: [{ reason: 'FieldValueInvalid', message: why, field: 'patch' }],
  });
}

/** 422: the patch applies, and what comes out is no object of the kind. The object is not shown, it may hold secrets. */
export function patchedInvalid(why: string, cause?: unknown): ApiError {
  const message = `Invalid value: ${why}`;
  const details = { causes: [{ reason: 'FieldValueInvalid', message, field: 'patch' }] };
  return new ApiError('Invalid', `"" is invalid: patch: ${message}`, details, { cause });
}
