/** A kind whose objects name image stream tags in the annotation `image.openshift.io/triggers`. */
export interface TriggerTarget {
  group: string;
  kind: string;
  plural: string;
  /** Where the pod spec stands in an object of the kind. */
  podSpecPath: readonly string[];
}

/** `deployments.apps`, or `pods` of the core group: the resource as indexes and logs name it. */
export function resourceOf({ group, plural }: TriggerTarget): string {
  return group === '' ? plural : `${plural}.${group}`;
}

export function apiVersionOf({ group }: TriggerTarget): string {
  return group === '' ? 'v1' : `${group}/v1`;
}

/** Path of the objects of a kind in the API; of those of one namespace when that is given. */
export function pathOf({ group, plural }: TriggerTarget, namespace?: string, name?: string): string {
  const root = group === '' ? '/api/v1' : `/apis/${group}/v1`;
  const scope = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${root}${scope}/${plural}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`;
}

/** Where most kinds keep what their pods look like. */
export const TEMPLATE_POD_SPEC = ['spec', 'template', 'spec'] as const;
