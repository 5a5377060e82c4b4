/** A component of a repository's path, and a host that may stand before it. */
const PART = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const LABEL = '(?:[A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9])';
const HOST = `(?:${LABEL}(?:\\.${LABEL})*|\\[[0-9a-fA-F:]+\\])(?::[0-9]+)?`;
/** https://github.com/distribution/reference: the tag and the digest of an image name. */
const IMAGE_NAME = new RegExp(
  `^(?:${HOST}/)?${PART}(?:/${PART})*(?::(?<tag>\\w[\\w.-]{0,127}))?(?<digest>@[A-Za-z][\\w+.-]*:[0-9a-fA-F]{32,})?$`,
);

/**
 * Always for the tag latest, also beside a digest, and where neither says which image it is; else IfNotPresent, as for what
 * is no name of an image. As the image was written, before it is looked up.
 */
export function defaultPullPolicy(image: string): 'Always' | 'IfNotPresent' {
  const parts = IMAGE_NAME.exec(image)?.groups;
  if (!parts) return 'IfNotPresent';
  return parts['tag'] === 'latest' || (!parts['tag'] && !parts['digest']) ? 'Always' : 'IfNotPresent';
}
