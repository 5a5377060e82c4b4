import { dnsLabelProblems, type FieldError, type KubeObject } from '@faktorz/apimachinery';
import { KUBERNETES_FINALIZER, ORIGIN_FINALIZER, type Namespace } from '../namespace/namespace.js';

export const PROJECT_GROUP = 'project.openshift.io';
export const DISPLAY_NAME = 'openshift.io/display-name';
export const DESCRIPTION = 'openshift.io/description';
export const REQUESTER = 'openshift.io/requester';

export interface Project extends KubeObject {
  spec: { finalizers?: string[] };
  status: { phase?: string; conditions?: unknown[] };
}

/** What a user asks a project with; never stored. */
export interface ProjectRequest extends KubeObject {
  displayName?: string;
  description?: string;
}

/** A namespace as project. */
export function projectOf(namespace: Namespace): Project {
  return {
    kind: 'Project',
    apiVersion: `${PROJECT_GROUP}/v1`,
    metadata: namespace.metadata,
    spec: { ...(namespace.spec?.finalizers && { finalizers: namespace.spec.finalizers }) },
    status: {
      ...(namespace.status?.phase && { phase: namespace.status.phase }),
      ...(namespace.status?.conditions && { conditions: namespace.status.conditions }),
    },
  };
}

/** A project as the namespace that keeps it. */
export function namespaceOf(project: Project): Namespace {
  return {
    kind: 'Namespace',
    apiVersion: 'v1',
    metadata: project.metadata,
    spec: project.spec ?? {},
    status: { phase: project.status?.phase === 'Terminating' ? 'Terminating' : 'Active' },
  };
}

/** The namespace a project request asks for. */
export function requestedNamespace(request: ProjectRequest, requester: string): Namespace {
  const { name, labels, annotations } = request.metadata;
  return {
    kind: 'Namespace',
    apiVersion: 'v1',
    metadata: {
      name,
      ...(labels && { labels }),
      annotations: {
        ...annotations,
        [DESCRIPTION]: request.description ?? '',
        [DISPLAY_NAME]: request.displayName ?? '',
        [REQUESTER]: requester,
      },
    },
    spec: { finalizers: [ORIGIN_FINALIZER, KUBERNETES_FINALIZER] },
  };
}

const FORBIDDEN_NAMES = ['openshift', 'kubernetes', 'kube'];

/** Problems of a project's name, each a sentence. */
export function projectNameProblems(name: string): string[] {
  return name.length < 2 ? ['must be at least 2 characters long'] : dnsLabelProblems(name);
}

/** Rules of a project request; some names are the system's. */
export function validateProjectRequest({ metadata, displayName }: ProjectRequest): FieldError[] {
  const { name = '' } = metadata as Partial<ProjectRequest['metadata']>;
  const field = 'metadata.name';
  const errors: FieldError[] =
    name === ''
      ? [{ field, type: 'Required', detail: 'name or generateName is required' }]
      : projectNameProblems(name).map((detail) => ({ field, type: 'Invalid', value: name, detail }));
  if (displayName !== undefined && /[\r\n\t]/.test(displayName)) {
    errors.push({
      field: 'displayName',
      type: 'Invalid',
      value: displayName,
      detail: 'may not contain a new line or tab',
    });
  }
  return errors;
}

/** Why this name cannot be asked for: some are the system's. Undefined for all others. */
export function reservedNameProblem(name: string): string | undefined {
  if (FORBIDDEN_NAMES.includes(name)) return `cannot request a project with the name ${JSON.stringify(name)}`;
  const prefix = FORBIDDEN_NAMES.map((reserved) => `${reserved}-`).find((reserved) => name.startsWith(reserved));
  return prefix && `cannot request a project starting with ${JSON.stringify(prefix)}`;
}
