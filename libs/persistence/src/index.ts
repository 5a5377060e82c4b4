/**
 * PostgreSQL for a service: data source, migrations, the change log that is outbox, event log and watch source in one,
 * and a versioned store for plain JSON documents. It knows no resource and publishes nothing itself.
 */
export type { ChangeTransaction, LoggedRow, NewEvent, ResourceChange, SqlStatement } from './change-log.types.js';
