/** A reference to another object, or to an image by its kind `DockerImage`. */
export interface ObjectReference {
  kind?: string;
  namespace?: string;
  name?: string;
}

/** A tag of an image stream. */
export interface TagName {
  namespace: string;
  stream: string;
  tag: string;
}

/** The tag an ImageStreamTag reference names; undefined for what names none. `namespace` is that of the object. */
export function tagOf({ kind, name = '', namespace: other }: ObjectReference, namespace: string): TagName | undefined {
  const colon = name.indexOf(':');
  if (kind !== 'ImageStreamTag' || colon < 1) return undefined;
  return { namespace: other || namespace, stream: name.slice(0, colon), tag: name.slice(colon + 1) };
}
