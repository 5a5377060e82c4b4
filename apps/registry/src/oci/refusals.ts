import { OciError } from './oci-error.js';
import { nameOf, type RepositoryName } from './repository-name.js';

/** The refusals more than one endpoint answers, in the words clients know from docker's registry. */

export function blobUnknown(digest: string): OciError {
  return new OciError('BLOB_UNKNOWN', 'blob unknown to registry', { detail: digest });
}

export function manifestUnknownByTag(tag: string): OciError {
  return new OciError('MANIFEST_UNKNOWN', 'manifest unknown', { detail: { Tag: tag } });
}

export function manifestUnknownByDigest(repository: RepositoryName, digest: string): OciError {
  const detail = { Name: nameOf(repository), Revision: digest };
  return new OciError('MANIFEST_UNKNOWN', 'manifest unknown', { detail });
}

export function manifestInvalid(problem: string, detail?: unknown, cause?: unknown): OciError {
  return new OciError('MANIFEST_INVALID', `manifest invalid: ${problem}`, { detail, cause });
}

export function digestMismatch(said: string, is: string): OciError {
  const detail = { digest: said, content: is };
  return new OciError('DIGEST_INVALID', 'provided digest did not match uploaded content', { detail });
}

export function methodUnsupported(allowed: string): OciError {
  return new OciError('UNSUPPORTED', 'The operation is unsupported.', { headers: { Allow: allowed } });
}
