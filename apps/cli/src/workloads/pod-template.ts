import type { KubeObject } from '../client/kube-object.js';

export interface Container {
  name: string;
  image?: string;
}

export interface PodTemplate {
  metadata?: { annotations?: Record<string, string> | null };
  spec?: { containers?: Container[]; initContainers?: Container[] };
}

const TEMPLATE_PATHS: Record<string, readonly string[]> = {
  /** It is its own. */
  Pod: [],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
  PodTemplate: ['template'],
};
const WITH_TEMPLATE = new Set([
  'CronJob',
  'DaemonSet',
  'Deployment',
  'DeploymentConfig',
  'Job',
  'Pod',
  'PodTemplate',
  'ReplicaSet',
  'ReplicationController',
  'StatefulSet',
]);

/** Where a kind keeps its pod template; undefined for kinds without one. */
export function templatePath(kind: string | undefined): readonly string[] | undefined {
  if (!kind || !WITH_TEMPLATE.has(kind)) return undefined;
  return TEMPLATE_PATHS[kind] ?? ['spec', 'template'];
}

export function podTemplateOf(object: KubeObject): PodTemplate | undefined {
  const path = templatePath(object.kind);
  return path?.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], object) as
    PodTemplate | undefined;
}

/** The containers of an object, init containers first. */
export function containersOf(object: KubeObject): Container[] {
  const spec = podTemplateOf(object)?.spec;
  return [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
}

/** A copy of the object with another pod template. */
export function withPodTemplate(object: KubeObject, template: PodTemplate): KubeObject {
  return setAt(object, templatePath(object.kind) ?? [], template) as KubeObject;
}

function setAt(value: unknown, path: readonly string[], leaf: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return leaf;
  const fields = (value ?? {}) as Record<string, unknown>;
  return { ...fields, [key]: setAt(fields[key], rest, leaf) };
}
