import { RateLimited } from '@faktorz/registry-client';
import { OciError } from '../oci/oci-error.js';

/** What a client is told when an upstream did not give a manifest. */
export function manifestRefusal(error: unknown, reference: string): OciError {
  if (error instanceof RateLimited) return tooManyRequests(error);
  const why = error instanceof Error ? error.message : String(error);
  return new OciError('OPENSHIFT_PULLTHROUGH_MANIFEST', `unable to pull manifest from ${reference}: ${why}`, {
    cause: error,
  });
}

/** An upstream has had enough of us: so has the client to wait. */
export function tooManyRequests(error: RateLimited): OciError {
  const seconds = Math.ceil((error.retryAfterMs ?? 0) / 1000);
  return new OciError('TOOMANYREQUESTS', error.message, {
    headers: seconds > 0 ? { 'Retry-After': String(seconds) } : {},
    cause: error,
  });
}
