/**
 * The rules and types of image streams, pure: references, tag names, digests, history, events and the requests
 * services ask each other. Nothing here reads a clock, a network or a database unless it is handed in.
 */
export { defineEvent, type DataOf, type EventDefinition } from './events/define-event.js';
export { defineRequest, type AnswerOf, type AskOf, type RequestDefinition } from './requests/define-request.js';
export { Identity, MASTERS_GROUP } from './identity.js';
export {
  AccessAttributes,
  EnsureSecret,
  IdentityKey,
  ListAllowedNamespaces,
  ListIdentityKeys,
  ListPullSecrets,
  ReadImageLimits,
  ReadNamespace,
  ReadSecret,
  RegisterIdentityKey,
  ReportNamespaceEmptied,
  ReviewAccess,
  ReviewToken,
  SecretContent,
} from './requests/auth.requests.js';
export { AuditRecord, RecordAudit } from './requests/audit.requests.js';
export { AuthorizeLogin, CodeChallenge, GrantedToken, ListSigningKeys, RedeemCode } from './requests/login.requests.js';
export { EventRow, LogHead, ReadEvents, ReadHead } from './requests/owner.requests.js';
export {
  FindImage,
  ImagePlace,
  ListKnownImages,
  ListRepositories,
  ListSources,
  ListTags,
  ListTakenImages,
  PushedImage,
  RemoveImage,
  ResolveTag,
} from './requests/repository.requests.js';
export {
  ApplyImport,
  IdentifyImages,
  MOST_IMAGES_AT_ONCE,
  MOST_TO_SEND_BYTES,
  ResolveImages,
  ReviewImages,
} from './requests/tag-tracker.requests.js';
export { ReadPod } from './requests/workloads.requests.js';
export type {
  ImportMode,
  ImportPolicy,
  RecordedTagEvent,
  ReferencePolicy,
  TagCause,
  TagCondition,
  TagEvent,
  TagEventRecord,
  TagReference,
  TagSource,
  TagStatus,
} from './image-stream/types.js';
export { DomainError, type ErrorReason } from './domain-error.js';
export {
  type FieldError,
  fieldErrorMessage,
  fieldErrorsText,
  fieldErrorText,
  type FieldErrorType,
} from './validation/field-error.js';
export { goDurationMs } from './validation/go-duration.js';
export { quantityValue } from './validation/quantity.js';
export {
  type CountChange,
  ImageLimits,
  imageSizeProblem,
  streamImagesProblem,
  streamQuotaProblem,
  streamTagsProblem,
} from './limits/image-limits.js';
export type { DockerImageReference } from './reference/image-reference.js';
export { InvalidImageReference, LONGEST_NAME, parseImageReference } from './reference/parse-image-reference.js';
export {
  asRepository,
  clientDefaults,
  exactReference,
  repositoryPath,
  withDigest,
} from './reference/derive-reference.js';
export { apiHost, isDockerHub } from './reference/docker-hub.js';
export { type ImageCandidate, imageCandidate } from './image-lookup/image-candidate.js';
export { type FindImages, lookUpImages } from './image-lookup/look-up-images.js';
export type { LookupContainer, LookupObject, LookupSubject, LookupTemplate } from './image-lookup/lookup-subject.js';
export {
  newContainers,
  type PlacedContainer,
  RESOLVE_NAMES_ANNOTATION,
  resolvesNames,
} from './image-lookup/new-containers.js';
export { defaultPullPolicy } from './image-lookup/pull-policy.js';
export {
  deniesExecution,
  IGNORE_RULES_ANNOTATION,
  ignoresExecutionRule,
  IMAGE_PROHIBITED,
} from './image-policy/execution-rule.js';
export { ImageReference, meantImage, type MeantImage, type ReferenceScope } from './image-policy/meant-image.js';
export { type RegistryAddress, registryAddress } from './reference/registry-address.js';
export { type Digest, InvalidDigest, isDigest, matchesShortId, parseDigest } from './reference/digest.js';
export { type AliasProblem, type AliasResolution, resolveAlias, type StreamName } from './image-stream/alias.js';
export {
  hasCondition,
  type ImportFailure,
  importFailureCondition,
  observedGeneration,
  sameCondition,
} from './image-stream/conditions.js';
export { followChanges, type FollowedTag, followers, type FollowLookup, isFollower } from './image-stream/follow.js';
export { planSpecWrite, type SpecPlan, type TagPair } from './image-stream/generations.js';
export { addTagEvent, type HistoryChange, isImageChange } from './image-stream/history.js';
export {
  INSECURE_REPOSITORY_ANNOTATION,
  isChecked,
  isImportable,
  isInsecureRepository,
  needsImport,
  needsRepositoryImport,
  REPOSITORY_CHECK_ANNOTATION,
} from './image-stream/import-need.js';
export { pullSpec } from './image-stream/pull-spec.js';
export {
  type Resolution,
  resolutionFailure,
  resolveTag,
  type Resolving,
  sourceForbidden,
  type SourceTags,
} from './image-stream/resolve-tag.js';
export { isRepositoryNameTooLong, pathSegmentProblems, streamNameProblems } from './image-stream/stream-name.js';
export { tagChanged, tagSpecDiffers } from './image-stream/tag-change.js';
export { canonicalTags, defaultImportPolicy, defaultTagReference } from './image-stream/tag-defaults.js';
export { type Mover, recordTagEvent, tagEventRecord } from './image-stream/tag-event-record.js';
export { isTagName } from './image-stream/tag-name.js';
export {
  inResolutionOrder,
  parseTagSource,
  type ResolvedSource,
  streamToAuthorize,
} from './image-stream/tag-source.js';
export { type StreamSpec, validateImageStream, validateStreamName } from './image-stream/validate-stream.js';
export {
  type RegistryCheck,
  tagPath,
  type TagValidation,
  validatePolicies,
  validateTagReference,
} from './image-stream/validate-tag.js';
export {
  type ImageStreamImageName,
  type ImageStreamTagName,
  InvalidVirtualName,
  parseImageStreamImageName,
  parseImageStreamTagName,
} from './image-stream/virtual-names.js';
export {
  Image,
  ImageLayer,
  ImageManifest,
  ImageObjectMeta,
  LAYERS_ORDER_ANNOTATION,
  MANAGED_ANNOTATION,
  MANIFEST_BLOB_STORED_ANNOTATION,
} from './image/image.js';
export { isListMediaType, isSchema1MediaType, MEDIA_TYPE } from './image/media-types.js';
export {
  InvalidManifest,
  type ListedManifest,
  type Manifest,
  type ManifestDescriptor,
  parseManifest,
} from './image/manifest.js';
export {
  apiTime,
  type DockerImageMetadata,
  emptyMetadata,
  metadataFromConfig,
  normalizedMetadata,
} from './image/docker-metadata.js';
export {
  type DerivedParts,
  derivedParts,
  imageFromManifest,
  type ImageSourceParts,
  schema1LayerSize,
} from './image/image-from-manifest.js';
export { withDerivedParts } from './image/derive-image.js';
export {
  chooseManifest,
  type PlatformPreference,
  platformPreference,
  PREFER_ARCH_ANNOTATION,
  PREFER_OS_ANNOTATION,
} from './image/choose-manifest.js';
export { validateImage } from './image/validate-image.js';
export { ImageUsage, pullSpecProblem } from './prune/image-usage.js';
export { blobsOf, imageSize, isManaged } from './prune/image-blobs.js';
export { type HistoryRules, type PrunableStream, type PrunedHistory, pruneHistory } from './prune/prune-history.js';
export { isTooYoung, type PrunePolicy, type PruneRun } from './prune/prune-policy.js';
export { ImageSet, type UnusedImage, unusedImages, withChildren } from './prune/unused-images.js';
export {
  imageNotFound,
  imageUnauthorized,
  importInternalError,
  ImportStatus,
  importSucceeded,
  incorrectPassword,
  invalidImageName,
  isIncorrectPassword,
  mirrorsFailed,
  notV2Registry,
  registryBlocked,
  registryForbidden,
  repositorySummary,
} from './import/status.js';
export {
  ImageSource,
  ImportedItem,
  ImportedRepository,
  ImportPolicyShape,
  ImportResults,
  ReferencePolicyShape,
  importedDigests,
} from './import/import-results.js';
export {
  type AppliedItem,
  applyImportedItem,
  importedReference,
  isStaleResult,
  type ItemToApply,
} from './import/apply-item.js';
export { inImportOrder, splitAtLimit, TAGS_PER_REPOSITORY } from './import/tag-order.js';
export {
  type CloudEvent,
  cloudEvent,
  CloudEventEnvelope,
  type CloudEventParts,
  InvalidEvent,
  parseEvent,
  parseEventOf,
  UnknownEventType,
} from './events/cloud-event.js';
export { cloudEventJsonSchema, eventJsonSchema, type JsonSchema } from './events/event-schema.js';
export { asyncApiDocument } from './events/async-api.js';
export { EVENT_SUBJECTS, type EventAddress, eventSubject, ownerSubjects, subjectToken } from './events/nats-subject.js';
export {
  allEvents,
  AccessChanged,
  ImageImported,
  ImagePushed,
  ImportFailed,
  ImportRequested,
  NamespaceCreated,
  NamespaceTerminating,
  StreamDeleted,
  TagDeleted,
  TagUpdated,
  TriggerFired,
  WebhookDelivered,
  WebhookFailed,
} from './events/index.js';
export { type AllowedRegistry, type AllowList, allowListRefusal, importRefusal } from './registry-policy/allow-list.js';
export {
  isBlocked,
  isInsecureRegistry,
  type MirrorRule,
  pullSources,
  type RegistryPolicy,
} from './registry-policy/mirrors.js';
export { resultsInOrder, type TaggedResult, taggedName } from './import/results-in-order.js';
export { checkImportGuards, ImportGuardFailed } from './import/import-guards.js';
