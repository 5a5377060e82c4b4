/**
 * The Kubernetes REST conventions, once, for every resource of every service: from a `ResourceDefinition` comes its
 * discovery, OpenAPI, lists, watches, tables, patches and errors. It never knows a resource by name and never stores anything itself.
 */
export type { KubeObject, ManagedFieldsEntry, ObjectMeta, OwnerReference } from './kube-object.js';
export type {
  ChangeProgress,
  ChangesQuery,
  ListPage,
  ListQuery,
  ObjectChange,
  ObjectKey,
  ResourceStorage,
  WriteContext,
} from './storage.js';
export type { FieldRequirement, FieldSelector, LabelRequirement, LabelSelector } from './selectors.js';
export type { Schema, SchemaLibrary } from './schema.js';
export type {
  DeleteOptions,
  FieldError,
  HandlerAnswer,
  RequestContext,
  ResourceDefinition,
  ResourceHandlers,
  StoredResourceStrategy,
  SubresourceDefinition,
  TableColumn,
} from './resource-definition.js';
export {
  ApiError,
  CODE_OF_REASON,
  type StatusCause,
  type StatusDetails,
  type StatusReason,
} from './status/api-error.js';
