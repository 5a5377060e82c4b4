import type { IncomingMessage } from 'node:http';
import { publicUrlOf } from '../door/public-url.js';
import { OciError } from '../oci/oci-error.js';

const REALM = 'openshift';
const MESSAGE = 'authentication required';

/** 401 for a request without a credential: tells where to get a token. */
export function tokenRequired(request: IncomingMessage): OciError {
  const realm = `${publicUrlOf(request)}/openshift/token`;
  return unauthorized(`Bearer realm="${realm}"`);
}

/** 401 for a token that is not good, and for what its holder may not do; `detail` is what was asked for. */
export function accessDenied(detail: unknown = null): OciError {
  return unauthorized(`Basic realm=${REALM},error="access denied"`, detail);
}

/** 401 for Basic without a password. */
export function unreadableCredential(): OciError {
  return unauthorized(`Basic realm=${REALM},error="failed to decode credentials"`);
}

function unauthorized(challenge: string, detail: unknown = null): OciError {
  return new OciError('UNAUTHORIZED', MESSAGE, { detail, headers: { 'WWW-Authenticate': challenge } });
}
