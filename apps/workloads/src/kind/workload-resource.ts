import {
  conflict,
  invalid,
  type KubeObject,
  OBJECT_MODIFIED,
  type RequestContext,
  type ResourceDefinition,
  type ResourceHandlers,
  type ResourceStorage,
  type SchemaLibrary,
  storedResource,
  type StoredHandlers,
  type SubresourceDefinition,
  type WriteContext,
} from '@faktorz/apimachinery';
import type { ImageAdmission } from '../image-admission/image-admission.js';
import type { Workload } from '../pod/pod-spec.js';
import { SCALE_SCHEMA, schemaName } from '../schema/workload-schemas.js';
import { numberAt, specOf, type WorkloadKind } from './workload-kind.js';
import { statusStrategy, WorkloadStrategy } from './workload-strategy.js';

interface Scale extends KubeObject {
  spec?: { replicas?: number };
  status?: { replicas: number; selector?: string };
}

interface Parts {
  kind: WorkloadKind;
  storage: ResourceStorage<Workload>;
  admission: ImageAdmission;
  schemas: SchemaLibrary;
  /** Further subresources. */
  parts: readonly SubresourceDefinition[];
  /** Has the dependents of an object stay when it goes. Absent: it has none. */
  letGo?(key: { namespace: string; name: string }, writer: WriteContext): Promise<void>;
}

/** The resource of a kind, with `/status` and `/scale` where it has them, and whatever else can be done with its objects. */
export function workloadResource({ kind, storage, admission, schemas, parts, letGo }: Parts): ResourceDefinition {
  const about = { ...namesOf(kind), version: 'v1', namespaced: true };
  const handlers = sparing(storedResource(storage, new WorkloadStrategy(kind, admission), about), letGo);
  const subresources = [
    ...(kind.newStatus && !kind.statusIsWrittenWith ? [statusOf(kind, storage, handlers)] : []),
    ...(kind.scale ? [scaleOf(kind, handlers, schemas)] : []),
    ...parts,
  ];
  const definition: ResourceDefinition<Workload> = {
    ...about,
    singular: kind.singular,
    shortNames: kind.shortNames,
    categories: kind.categories,
    stored: true,
    schema: schemaName(kind),
    schemas,
    columns: kind.columns,
    fields: kind.fields,
    handlers,
    subresources: subresources as unknown as ResourceDefinition<Workload>['subresources'],
  };
  return definition as unknown as ResourceDefinition;
}

/** Dependents go with their owner, unless the client asks to leave them (`propagationPolicy: Orphan`). */
function sparing(handlers: StoredHandlers<Workload>, letGo: Parts['letGo']): StoredHandlers<Workload> {
  if (!letGo) return handlers;
  return {
    ...handlers,
    delete: async (options, context) => {
      const { namespace = '', name = '', identity, requestId, dryRun } = context;
      if (options.propagationPolicy === 'Orphan' && !dryRun) {
        await letGo({ namespace, name }, { user: identity.user, requestId });
      }
      return handlers.delete(options, context);
    },
  };
}

function namesOf({ group, kind, plural }: WorkloadKind): { group: string; kind: string; plural: string } {
  return { group, kind, plural };
}

function statusOf(
  kind: WorkloadKind,
  storage: ResourceStorage<Workload>,
  { get }: StoredHandlers<Workload>,
): SubresourceDefinition<Workload> {
  const written = storedResource(storage, statusStrategy, { ...namesOf(kind), version: 'v1', namespaced: true });
  return {
    name: 'status',
    kind: kind.kind,
    schema: schemaName(kind),
    handlers: {
      get,
      update: async (object, context) => {
        const old = await get(context);
        const { annotations, managedFields, resourceVersion, uid } = object.metadata;
        const metadata = { ...old.metadata, annotations, managedFields, resourceVersion, uid: uid || old.metadata.uid };
        return written.update({ ...old, metadata, status: object.status ?? {} }, context);
      },
    },
  };
}

function scaleOf(
  kind: WorkloadKind,
  stored: StoredHandlers<Workload>,
  library: SchemaLibrary,
): SubresourceDefinition<Scale> {
  const asWorkload = (context: RequestContext): RequestContext => ({
    ...context,
    schema: { name: schemaName(kind), library },
  });
  const handlers: ResourceHandlers<Scale> = {
    get: async (context) => scaleView(kind, await stored.get(context)),
    update: async (scale, context) => {
      const object = structuredClone(await stored.get(context));
      const { resourceVersion } = scale.metadata;
      if (resourceVersion && resourceVersion !== object.metadata.resourceVersion) {
        throw conflict(kind.plural, kind.group, object.metadata.name, OBJECT_MODIFIED);
      }
      const replicas = scale.spec?.replicas ?? 0;
      if (replicas < 0) {
        const detail = 'must be greater than or equal to 0';
        const error = { field: 'spec.replicas', type: 'Invalid', value: replicas, detail } as const;
        throw invalid('Scale', 'autoscaling', object.metadata.name, [error]);
      }
      specOf(object)['replicas'] = replicas;
      const updated = await stored.update(object, { ...asWorkload(context), isApply: false });
      return { object: scaleView(kind, updated.object), created: false };
    },
  };
  return { name: 'scale', kind: 'Scale', group: 'autoscaling', version: 'v1', schema: SCALE_SCHEMA, handlers };
}

function scaleView(kind: WorkloadKind, object: Workload): Scale {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: numberAt(object.spec, 'replicas') },
    status: { replicas: numberAt(object.status, 'replicas'), selector: kind.scale?.selectorOf(object) },
  };
}
