/** A container, as far as its image is looked up. */
export interface LookupContainer {
  name?: string;
  image?: string;
}

/** A pod template, or a pod, as far as images are looked up in it. */
export interface LookupTemplate {
  metadata?: { annotations?: Record<string, string> };
  spec?: { containers?: LookupContainer[]; initContainers?: LookupContainer[] };
}

/** An object whose images may be names of tags. */
export interface LookupObject {
  metadata: { annotations?: Record<string, string>; ownerReferences?: readonly { controller?: boolean }[] };
}

/** An object and where its containers stand. */
export interface LookupSubject {
  object: LookupObject;
  template: LookupTemplate | undefined;
}
