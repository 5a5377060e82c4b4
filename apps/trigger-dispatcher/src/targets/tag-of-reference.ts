/** A reference of an object to another, as triggers write it. */
export interface ObjectReference {
  kind?: string;
  namespace?: string;
  name?: string;
}

/** The tag of a stream a reference names; undefined for one that names none. `namespace` is that of the object. */
export function tagOfReference(
  { kind, name = '', namespace: other }: ObjectReference,
  namespace: string,
): { namespace: string; stream: string; tag: string } | undefined {
  const colon = name.indexOf(':');
  if (kind !== 'ImageStreamTag' || colon < 1) return undefined;
  return { namespace: other || namespace, stream: name.slice(0, colon), tag: name.slice(colon + 1) };
}
