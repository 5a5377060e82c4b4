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
  SelectableFields,
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
export {
  alreadyExists,
  badRequest,
  conflict,
  expired,
  forbidden,
  internalError,
  invalid,
  methodNotAllowed,
  notAcceptable,
  notFound,
  OBJECT_MODIFIED,
  qualified,
  timedOut,
  tooLarge,
  tooLargeVersion,
  tooManyRequests,
  tooOldVersion,
  unauthorized,
  unknownPath,
  unsupportedMediaType,
  watchNotSupported,
} from './status/errors.js';
export { causesOf, fieldErrorBody, fieldErrorsSentence, supportedValues, Verbatim } from './status/field-errors.js';
export { statusOf, success, toApiError, type Status } from './status/status-object.js';
export { checkFieldSelector, fixedValue, matchesFields, parseFieldSelector } from './selection/field-selector.js';
export { matchesLabels, parseLabelSelector } from './selection/label-selector.js';
export {
  dnsLabelProblems,
  labelKeyProblems,
  labelValueProblems,
  pathSegmentProblems,
  subdomainProblems,
} from './selection/label-syntax.js';
export { humanDuration, humanDurationAgo, shortAge } from './text/human-duration.js';
export { createdAtColumn, nameColumn, TablePrinter, type IncludeObject, type Table } from './table/table.js';
export { decodeContinue, encodeContinue, type ContinuePoint } from './list/continue-token.js';
export { requestTimeoutMs } from './request/query-options.js';
export { parseResourcePath, pathParts, type ResourcePath } from './request/request-path.js';
export {
  discoveryOf,
  mergeDiscoveries,
  type DiscoveredGroup,
  type DiscoveredResource,
  type DiscoveredSubresource,
  type DiscoveredVersion,
  type Discovery,
} from './discovery/discovery.js';
export {
  answerDiscovery,
  DISCOVERY_MEDIA_TYPE,
  PAGE_NOT_FOUND,
  type DiscoveryAsk,
  type PlainAnswer,
} from './discovery/answer-discovery.js';
export { jsonEquals, type JsonValue } from './decode/json-value.js';
export { isNestedDeeper } from './decode/yaml-nesting.js';
export { generatedName } from './stored/generated-name.js';
export { storedResource, type StoredHandlers } from './stored/stored-resource.js';
export type { StoredResourceFacts } from './stored/stored.js';
export { metadataErrors, metadataUpdateErrors, newFinalizerErrors } from './stored/object-meta-rules.js';
export { ApiServer, createApiServer } from './server/api-server.js';
export type { ApiServerOptions, RequestAttributes, VersionInfo } from './server/options.js';
export { versionInfo } from './server/version.js';
export { MAX_BODY_BYTES } from './server/request-body.js';
export {
  coreSchemas,
  encodeOpenApiV2,
  fieldOf,
  kindSchema,
  listSchema,
  mergeOpenApiV2,
  mergeOpenApiV3,
  messageSchemas,
  metaSchemas,
  OPENAPI_V2_PROTOBUF,
  openApiV2Document,
  openApiV3Document,
  openApiV3Index,
  referenceSchemas,
  structSchema,
  type GroupVersionKind,
  type MessagePackages,
  type MessageTraits,
  type OpenApiV2Document,
  type OpenApiV3Document,
  type OpenApiV3Index,
} from './openapi/index.js';
export {
  decodeBody,
  decodeDeleteOptions,
  kubernetesMessages,
  type DecodeBodyInput,
  type FieldValidation,
} from './decode/index.js';
export {
  applyServerSide,
  updateManagedFields,
  type ApplyServerSideInput,
  type UpdateManagedFieldsInput,
} from './fields/index.js';
