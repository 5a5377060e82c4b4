import { ApiError } from '@faktorz/apimachinery';
import { OciError, type OciErrorCode } from '../oci/oci-error.js';
import { nameOf, type RepositoryName } from '../oci/repository-name.js';

/** How a client is told that tag-tracker did not take its push. */
export function pushRefusal(error: unknown, repository: RepositoryName): unknown {
  if (!(error instanceof ApiError)) return error;
  const { message, reason } = error;
  const refused = (code: OciErrorCode, text: string, headers = {}): OciError =>
    new OciError(code, text, { detail: message, headers, cause: error });
  switch (reason) {
    case 'NotFound':
    case 'Forbidden':
      return refused('DENIED', 'requested access to the resource is denied');
    case 'Invalid':
      return error.details?.kind === 'ImageStream'
        ? refused('NAME_INVALID', `${nameOf(repository)} is no name of an image stream`)
        : refused('MANIFEST_INVALID', 'manifest invalid: it makes no image');
    case 'RequestEntityTooLarge':
      return refused('MANIFEST_INVALID', 'manifest invalid: it names too much for an image');
    case 'Conflict':
    case 'ServiceUnavailable':
    case 'Timeout':
      return refused('UNAVAILABLE', 'the image could not be recorded right now; push again', { 'Retry-After': '1' });
    default:
      return error;
  }
}
