import { MEDIA_TYPE } from '@faktorz/domain';

/** Does `Accept` name this media type? `*` names nothing: clients that know a type say so. */
export function accepts(header: string | undefined, mediaType: string): boolean {
  if (header === undefined || !header.includes(mediaType)) return false;
  return header.split(',').some((part) => part.split(';')[0]?.trim() === mediaType);
}

/** Why a manifest of this type cannot be shown to a client that accepts this; undefined when it can. */
export function notAccepted(header: string | undefined, mediaType: string): string | undefined {
  if (mediaType === MEDIA_TYPE.ociManifest && !accepts(header, mediaType)) {
    return 'OCI manifest found, but accept header does not support OCI manifests';
  }
  if (mediaType === MEDIA_TYPE.ociIndex && !accepts(header, mediaType)) {
    return 'OCI index found, but accept header does not support OCI indexes';
  }
  return undefined;
}
