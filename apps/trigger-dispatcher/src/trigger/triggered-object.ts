import type { KubeObject } from '@faktorz/apimachinery';
import type { TriggerTarget } from '../targets/target.js';
import { TRIGGERS_ANNOTATION } from './trigger-annotation.js';

export type ContainerList = 'containers' | 'initContainers';

export interface ContainerImage {
  list: ContainerList;
  name: string;
  image: string;
}

/** Of an object, what its triggers depend on. It is kept, so that a moved tag costs no read of the object. */
export interface ObjectState {
  annotation: string;
  /** In the order of the object; init containers first. */
  containers: ContainerImage[];
}

/** The state of an object; undefined when it has no triggers. */
export function stateOf(object: KubeObject, target: TriggerTarget): ObjectState | undefined {
  const annotation = object.metadata.annotations?.[TRIGGERS_ANNOTATION];
  if (annotation === undefined) return undefined;
  let spec: unknown = object;
  for (const key of target.podSpecPath) spec = isRecord(spec) ? spec[key] : undefined;
  const listed = (list: ContainerList): ContainerImage[] => {
    const containers = isRecord(spec) && Array.isArray(spec[list]) ? (spec[list] as unknown[]) : [];
    return containers.filter(isRecord).map(({ name, image }) => ({
      list,
      name: typeof name === 'string' ? name : '',
      image: typeof image === 'string' ? image : '',
    }));
  };
  return { annotation, containers: [...listed('initContainers'), ...listed('containers')] };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
