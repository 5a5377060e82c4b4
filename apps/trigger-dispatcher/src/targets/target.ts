import type { TriggerNotation } from './trigger-notation.js';

/** A kind whose objects name image stream tags. */
export interface TriggerTarget {
  group: string;
  kind: string;
  plural: string;
  /** How its objects name tags and take their images. */
  notation: TriggerNotation;
}

/** One object in one of the clusters. */
export interface ObjectName {
  /** Name of the Cluster; empty: our own store. */
  cluster: string;
  namespace: string;
  name: string;
}

/** `deployments.apps`, or `pods` of the core group: the resource as indexes and logs name it. */
export function resourceOf({ group, plural }: TriggerTarget): string {
  return group === '' ? plural : `${plural}.${group}`;
}

export function apiVersionOf({ group }: TriggerTarget): string {
  return group === '' ? 'v1' : `${group}/v1`;
}

/** Path of the API group version of a kind: what it lists says whether there is such a kind. */
export function apiRootOf({ group }: TriggerTarget): string {
  return group === '' ? '/api/v1' : `/apis/${group}/v1`;
}

/** Path of the objects of a kind in the API; of those of one namespace when that is given. */
export function pathOf(target: TriggerTarget, namespace?: string, name?: string): string {
  const scope = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${apiRootOf(target)}${scope}/${target.plural}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`;
}

/** Where most kinds keep what their pods look like. */
export const TEMPLATE_POD_SPEC = ['spec', 'template', 'spec'] as const;
