import {
  coreSchemas,
  nameColumn,
  success,
  type FieldError,
  type RequestContext,
  type ResourceDefinition,
} from '@faktorz/apimachinery';
import type { ChangeLog } from '@faktorz/persistence';
import type { AccessIndex } from '../access/access-index.js';
import {
  NAMESPACE_SCHEMA,
  namespaceStrategy,
  newNamespaces,
  updateHandler,
  writerOf,
} from '../namespace/namespace.resource.js';
import type { NamespaceLifecycle } from '../namespace/namespace-lifecycle.js';
import type { Namespace } from '../namespace/namespace.js';
import { textColumn } from '../schema/columns.js';
import { storedHandlers, virtualDefinition } from '../schema/stored-definition.js';
import type { AuthStorages } from '../storage/auth-storages.js';
import { PROJECT_SCHEMA, projectSchemas } from './project.schema.js';
import {
  DESCRIPTION,
  DISPLAY_NAME,
  namespaceOf,
  PROJECT_GROUP,
  projectNameProblems,
  projectOf,
  REQUESTER,
  type Project,
} from './project.js';
import { visibleChanges, visibleNames, visiblePage } from './visible-projects.js';

const NAMESPACES = { group: '', plural: 'namespaces', kind: 'Namespace', namespaced: false } as const;

export interface ProjectParts {
  storages: AuthStorages;
  index: AccessIndex;
  lifecycle: NamespaceLifecycle;
  log: ChangeLog;
}

/** project.openshift.io/v1 projects: namespaces as those see them who may `get` them. */
export function projectResource({ storages, index, lifecycle }: ProjectParts): ResourceDefinition {
  const strategy = { ...namespaceStrategy, validateName: projectNameProblems };
  const stored = storedHandlers<Namespace>({ ...NAMESPACES, storage: newNamespaces(storages.namespaces), strategy });
  const update = updateHandler(storages.namespaces, { ...namespaceStrategy, validate: validateProjectUpdate });
  return virtualDefinition<Project>({
    group: PROJECT_GROUP,
    kind: 'Project',
    plural: 'projects',
    singular: 'project',
    namespaced: false,
    schema: PROJECT_SCHEMA,
    schemas: projectSchemas,
    fields: { 'status.phase': ({ status }) => status.phase ?? '' },
    columns: [
      nameColumn,
      textColumn(
        'Display Name',
        'Name of the project for people.',
        ({ metadata }) => metadata.annotations?.[DISPLAY_NAME] ?? '',
      ),
      textColumn('Status', 'Whether the project is in use or going.', ({ status }) => status.phase ?? ''),
    ],
    handlers: {
      get: async (context) => projectOf(await stored.get(context)),
      list: async (query, context) => visiblePage(await stored.list(query, context), index, context.identity),
      changes: async function* (query, context) {
        const before = await visibleNames(storages, index, context.identity);
        yield* visibleChanges(stored.changes(query, context), index, context.identity, before);
      },
      create: async (project, context) => {
        project.metadata.annotations = {
          [DESCRIPTION]: '',
          [DISPLAY_NAME]: '',
          [REQUESTER]: '',
          ...project.metadata.annotations,
        };
        return projectOf((await stored.create(namespaceOf(project), asNamespace(context))) as Namespace);
      },
      update: async (project, context) => {
        const { object, created } = await update(namespaceOf(project), asNamespace(context));
        return { object: projectOf(object), created };
      },
      delete: async (options, context) => {
        await lifecycle.begin(context.name!, options, writerOf(context), context.dryRun);
        return { status: 200, body: success() };
      },
    },
  });
}

/** Through the project only its words for people can be changed. */
function validateProjectUpdate(namespace: Namespace, old: Namespace | undefined): FieldError[] {
  const errors: FieldError[] = [];
  const detail = 'field is immutable, try updating the namespace';
  const [now, before] = [namespace.metadata.annotations ?? {}, old?.metadata.annotations ?? {}];
  for (const key of new Set([...Object.keys(now), ...Object.keys(before)])) {
    if (key === DISPLAY_NAME || key === DESCRIPTION || now[key] === before[key]) continue;
    errors.push({ field: `metadata.annotations[${key}]`, type: 'Invalid', value: now[key] ?? '', detail });
  }
  const [labels, labelsBefore] = [namespace.metadata.labels ?? {}, old?.metadata.labels ?? {}];
  for (const key of new Set([...Object.keys(labels), ...Object.keys(labelsBefore)])) {
    if (labels[key] !== labelsBefore[key])
      errors.push({ field: `metadata.labels[${key}]`, type: 'Invalid', value: labels[key] ?? '', detail });
  }
  return errors;
}

/** Field tracking works on the namespace that is written, not on the project the client sees. */
export function asNamespace(context: RequestContext): RequestContext {
  return { ...context, schema: { name: NAMESPACE_SCHEMA, library: coreSchemas } };
}
