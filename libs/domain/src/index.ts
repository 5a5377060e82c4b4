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
  ListIdentityKeys,
  ListPullSecrets,
  ReadNamespace,
  ReadSecret,
  RegisterIdentityKey,
  ReportNamespaceEmptied,
  ReviewAccess,
  ReviewToken,
  SecretContent,
} from './requests/auth.requests.js';
export { EventRow, LogHead, ReadEvents, ReadHead } from './requests/owner.requests.js';
export { ApplyImport } from './requests/tag-tracker.requests.js';
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
