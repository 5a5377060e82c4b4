/**
 * Always for the tag latest, also beside a digest, and where neither says which image it is; else IfNotPresent. As the image
 * was written, before it is looked up.
 */
export function defaultPullPolicy(image: string): 'Always' | 'IfNotPresent' {
  if (image.trim() === '') return 'IfNotPresent';
  const [name = '', digest] = image.split('@');
  const tag = /:([^:/]*)$/.exec(name)?.[1];
  return tag === 'latest' || (tag === undefined && digest === undefined) ? 'Always' : 'IfNotPresent';
}
