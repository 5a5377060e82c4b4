import type { KubeObject } from '@faktorz/apimachinery';
import { TRIGGERS_ANNOTATION } from './trigger-annotation.js';

export type ContainerList = 'containers' | 'initContainers';

export interface ContainerImage {
  list: ContainerList;
  name: string;
  image: string;
}

/** Of an object, what its triggers depend on. It is kept, so that a moved tag costs no read of the object. */
export interface ObjectState {
  /** What says which tags its images follow: the annotation, or the kind's own triggers as JSON. */
  annotation: string;
  /** In the order of the object; init containers first. */
  containers: ContainerImage[];
}

/** The state of an object with the annotation, its pod spec at a path; undefined without it. */
export function stateByAnnotation(object: KubeObject, podSpecPath: readonly string[]): ObjectState | undefined {
  const annotation = object.metadata.annotations?.[TRIGGERS_ANNOTATION];
  return annotation === undefined ? undefined : { annotation, containers: containersAt(object, podSpecPath) };
}

/** The containers of the pod spec at a path, init containers first. */
export function containersAt(object: KubeObject, podSpecPath: readonly string[]): ContainerImage[] {
  let spec: unknown = object;
  for (const key of podSpecPath) spec = isRecord(spec) ? spec[key] : undefined;
  const listed = (list: ContainerList): ContainerImage[] => {
    const containers = isRecord(spec) && Array.isArray(spec[list]) ? (spec[list] as unknown[]) : [];
    return containers.filter(isRecord).map(({ name, image }) => ({
      list,
      name: typeof name === 'string' ? name : '',
      image: typeof image === 'string' ? image : '',
    }));
  };
  return [...listed('initContainers'), ...listed('containers')];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
