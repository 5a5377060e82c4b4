/**
 * PostgreSQL for a service: data source, migrations, the change log that is outbox, event log and watch source in one,
 * a versioned store for plain JSON documents, and claims on recorded work. It knows no resource and publishes nothing
 * itself: that is `@faktorz/messaging`.
 */
export type {
  ChangeTransaction,
  LoggedRow,
  NewEvent,
  ResourceChange,
  SqlPosition,
  SqlStatement,
} from './change-log.types.js';
export { PersistenceModule } from './persistence.module.js';
export { openDataSource, type PersistenceOptions, schemaOf, sessionOptions } from './database/open-data-source.js';
export { Database, type SqlConnection } from './database/database.js';
export { isConnectionFailure, isSerializationFailure, sqlStateOf } from './database/database-error.js';
export { Wakeups } from './wakeups/wakeups.js';
export { ChangeLog, type EventBounds, type LoggedEvent } from './change-log/change-log.js';
export { expired, type LogFilter, type LogRow, notReached } from './change-log/log-rows.js';
export type { Retention } from './change-log/trim-log.js';
export { EventTooLarge, type LoggedCloudEvent, MAX_MESSAGE_BYTES } from './change-log/event-envelope.js';
export {
  ChangeFeed,
  type FeedBatch,
  type FeedProgress,
  type FeedQuery,
  isProgress,
} from './change-feed/change-feed.js';
export { DocumentStorage } from './documents/document-storage.js';
export type { DocumentChange, DocumentCipher, DocumentOptions, ObjectIdentity } from './documents/document.types.js';
export { labelConditions } from './documents/label-condition.js';
export {
  CLAIM_COLUMNS,
  type Claimed,
  claimWork,
  type ClaimOptions,
  extendClaim,
  lockClaim,
  type SqlRunner,
  type WorkTable,
} from './work-queue/claim-work.js';
export { holdingClaim } from './work-queue/hold-claim.js';
export { Worker, type WorkerOptions } from './work-queue/worker.js';
export { WriteTogether, type WriteTogetherOptions } from './work-queue/write-together.js';
