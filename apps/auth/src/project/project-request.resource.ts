import {
  alreadyExists,
  forbidden,
  invalid,
  success,
  type RequestContext,
  type ResourceDefinition,
} from '@faktorz/apimachinery';
import type { Identity } from '@faktorz/domain';
import { RBAC_GROUP, type RoleBinding } from '../access/rbac.js';
import { namespaceStrategy, viewOf } from '../namespace/namespace.resource.js';
import { storedNewNamespace, type Namespace } from '../namespace/namespace.js';
import { storedHandlers, virtualDefinition } from '../schema/stored-definition.js';
import { newMetadata } from '../storage/new-object.js';
import { asNamespace, type ProjectParts } from './project.resource.js';
import { PROJECT_REQUEST_SCHEMA, projectSchemas } from './project.schema.js';
import {
  PROJECT_GROUP,
  projectOf,
  requestedNamespace,
  reservedNameProblem,
  validateProjectRequest,
  type ProjectRequest,
} from './project.js';

const NAMESPACES = { group: '', plural: 'namespaces', kind: 'Namespace', namespaced: false } as const;
/** What refusals name: here OpenShift says neither `projectrequests` nor `projects`. */
const PROJECT = 'project';
/** Fields of requested projects are noted under the name of the server that makes them from its template. */
const TEMPLATE_MANAGER = 'openshift-apiserver';

/** project.openshift.io/v1 projectrequests: how everybody makes a project of their own. */
export function projectRequestResource({ storages, log, index }: ProjectParts): ResourceDefinition {
  return virtualDefinition<ProjectRequest>({
    group: PROJECT_GROUP,
    kind: 'ProjectRequest',
    plural: 'projectrequests',
    singular: 'projectrequest',
    namespaced: false,
    schema: PROJECT_REQUEST_SCHEMA,
    schemas: projectSchemas,
    handlers: {
      answerToList: async () => ({ status: 200, body: success() }),
      create: async (request, context) => {
        const { name = '' } = request.metadata as Partial<ProjectRequest['metadata']>;
        const errors = validateProjectRequest(request);
        if (errors.length > 0) throw invalid('ProjectRequest', PROJECT_GROUP, name, errors);
        const reserved = reservedNameProblem(name);
        if (reserved) throw forbidden(PROJECT, PROJECT_GROUP, name, reserved);
        if (await storages.namespaces.get({ name })) throw alreadyExists(PROJECT, PROJECT_GROUP, name);
        const project = projectOf(await createRequested(request, context, { storages, log, index }));
        return { status: 201, body: project };
      },
    },
  });
}

/** The namespace and its requester's admin binding come into being together. */
async function createRequested(
  request: ProjectRequest,
  context: RequestContext,
  { storages, log, index }: Omit<ProjectParts, 'lifecycle'>,
): Promise<Namespace> {
  const binding = adminBinding(request.metadata.name, context.identity);
  const storage = viewOf(storages.namespaces, {
    create: async (namespace, writer) => {
      const made = await log.transaction(async (tx) => {
        const created = await storages.namespaces.createIn(tx, storedNewNamespace(namespace), writer);
        return { namespace: created, binding: await storages.roleBindings.createIn(tx, binding, writer) };
      });
      index.put('rolebindings', structuredClone(made.binding));
      return made.namespace;
    },
  });
  const { create } = storedHandlers<Namespace>({ ...NAMESPACES, storage, strategy: namespaceStrategy });
  const namespace = requestedNamespace(request, context.identity.user);
  return (await create(namespace, {
    ...asNamespace(context),
    fieldManager: TEMPLATE_MANAGER,
    name: undefined,
  })) as Namespace;
}

function adminBinding(namespace: string, { user }: Identity): RoleBinding {
  return {
    kind: 'RoleBinding',
    apiVersion: `${RBAC_GROUP}/v1`,
    metadata: newMetadata({ name: 'admin', namespace }),
    subjects: [{ kind: 'User', apiGroup: RBAC_GROUP, name: user }],
    roleRef: { apiGroup: RBAC_GROUP, kind: 'ClusterRole', name: 'admin' },
  };
}
