import type { DataOf, EventDefinition } from '@faktorz/domain';

/** SQL with `$1…` parameters, to run in the transaction's connection. */
export interface SqlStatement {
  text: string;
  values: readonly unknown[];
}

/** A change of a watched object: one row of the log, whose position becomes the object's resourceVersion. */
export interface ResourceChange {
  /** Resource plural and group, e.g. `imagestreams.image.openshift.io`; core resources have no dot part. */
  resource: string;
  namespace: string;
  name: string;
  uid: string;
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** Statements that stamp the position into the owner's own (versioned) rows; run under the counter lock, so keep them few. */
  stamp?(position: SqlPosition): SqlStatement[];
  /** Told the position when the transaction has committed. */
  committed?(position: bigint): void;
}

/** Gives the SQL of a position that is taken only at commit, and adds the value it needs to those of its statement. */
export type SqlPosition = (values: unknown[]) => string;

/** An event to publish with the transaction. */
export interface NewEvent<E extends EventDefinition = EventDefinition> {
  definition: E;
  /** CloudEvents subject, `namespace/stream:tag` or `namespace/stream`. */
  subject: string;
  namespace: string;
  /** Second part of the NATS subject; empty where the event has no stream. */
  stream: string;
  /** All of the event's data but `position`, which it gets at commit. */
  data: Omit<DataOf<E>, 'position'>;
}

/** Filled in when the transaction commits. */
export interface LoggedRow {
  readonly position: bigint;
}

/**
 * A database transaction whose changes and events are logged at commit. Positions are assigned in the order of the
 * `record`/`publish` calls, after all other statements, under the lock of the owner's counter row.
 */
export interface ChangeTransaction {
  query<Row = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Sends several statements in one round trip; the rows of each. Rejects with the first error. */
  queryAll(statements: readonly SqlStatement[]): Promise<Record<string, unknown>[][]>;
  /** Sends the statement together with the commit: for one whose answer nobody needs, and whose failure undoes all. */
  atCommit(statement: SqlStatement): void;
  /**
   * Runs `work` under a savepoint: when it throws, its statements and what it recorded are taken back, the error comes
   * out, and the transaction goes on.
   */
  savepoint<T>(work: () => Promise<T>): Promise<T>;
  /** Nudges the channel (see `Wakeups`) once the transaction has committed. */
  wake(channel: string): void;
  record(change: ResourceChange): LoggedRow;
  publish<E extends EventDefinition>(event: NewEvent<E>): LoggedRow;
  /** A `record` and a `publish` may share one position (one row) by passing the change here. */
  recordAndPublish<E extends EventDefinition>(change: ResourceChange, event: NewEvent<E>): LoggedRow;
}
