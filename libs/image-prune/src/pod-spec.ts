import type { ApiObject } from './prune-api.js';

/** The containers of a pod, as far as they pull. */
export interface PodSpec {
  containers?: { image?: string }[];
  initContainers?: { image?: string }[];
}

/** The pod spec in an object that makes pods. */
export function podSpecOf(kind: string, object: ApiObject): PodSpec | undefined {
  const path = kind === 'CronJob' ? ['spec', 'jobTemplate', 'spec', 'template', 'spec'] : ['spec', 'template', 'spec'];
  return path.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], object) as
    PodSpec | undefined;
}
