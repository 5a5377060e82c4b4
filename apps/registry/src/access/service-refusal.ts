import { ApiError } from '@faktorz/apimachinery';
import { OciError } from '../oci/oci-error.js';

/** Rethrows what asking another service failed with: one that is away makes UNAVAILABLE, everything else stays as it is. */
export function serviceRefusal(error: unknown): never {
  if (error instanceof ApiError && (error.reason === 'ServiceUnavailable' || error.reason === 'Timeout'))
    throw new OciError('UNAVAILABLE', `${error.message}; try again`, { headers: { 'Retry-After': '1' }, cause: error });
  throw error;
}
