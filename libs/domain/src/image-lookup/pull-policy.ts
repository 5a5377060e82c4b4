/** Always for the tag latest or none, else IfNotPresent; as the image was written, before it is looked up. */
export function defaultPullPolicy(image: string): 'Always' | 'IfNotPresent' {
  if (image.includes('@') || image.trim() === '') return 'IfNotPresent';
  const tag = /:([^:/]*)$/.exec(image)?.[1];
  return tag === undefined || tag === 'latest' ? 'Always' : 'IfNotPresent';
}
