import type { ChangeTransaction, LoggedRow, NewEvent, ResourceChange, SqlStatement } from '../change-log.types.js';
import type { EventDefinition } from '@faktorz/domain';
import type { SqlConnection } from '../database/database.js';
import { checkEventData } from './event-envelope.js';

/** A row that waits for its position. */
export class PendingRow implements LoggedRow {
  private assigned: bigint | undefined;
  /** Position of the event before this row, once assigned. */
  previousEvent = 0n;

  constructor(
    readonly change: ResourceChange | undefined,
    readonly event: NewEvent | undefined,
  ) {}

  get position(): bigint {
    if (this.assigned === undefined) throw new Error('a row has its position only once its transaction commits');
    return this.assigned;
  }

  assign(position: bigint, previousEvent: bigint): void {
    this.assigned = position;
    this.previousEvent = previousEvent;
    this.change?.committed?.(position);
  }
}

/** Runs a transaction's statements and collects what it wants logged. */
export class ChangeCollector implements ChangeTransaction {
  readonly rows: PendingRow[] = [];
  readonly deferred: SqlStatement[] = [];
  readonly channels = new Set<string>();
  private begun = false;
  private depth = 0;

  /** False while no statement was sent: there is nothing to commit. */
  get hasBegun(): boolean {
    return this.begun;
  }

  constructor(
    private readonly connection: SqlConnection,
    private readonly owner: string,
  ) {}

  async query<Row = Record<string, unknown>>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const [rows] = await this.queryAll([{ text, values }]);
    return rows as Row[];
  }

  async queryAll(statements: readonly SqlStatement[]): Promise<Record<string, unknown>[][]> {
    if (this.begun) return this.connection.queryAll(statements);
    this.begun = true; // BEGIN travels with the first statements
    const [, ...results] = await this.connection.queryAll([{ text: 'BEGIN', values: [] }, ...statements]);
    return results;
  }

  atCommit(statement: SqlStatement): void {
    this.deferred.push(statement);
  }

  async savepoint<T>(work: () => Promise<T>): Promise<T> {
    const rows = this.rows.length;
    const deferred = this.deferred.length;
    const channels = [...this.channels];
    this.depth += 1;
    const name = `faktorz_${this.depth}`;
    await this.query(`SAVEPOINT ${name}`);
    try {
      const result = await work();
      // Its failure has to be known here, while the rest of the transaction can still be kept.
      const statements = this.deferred.splice(deferred);
      if (statements.length > 0) await this.queryAll(statements);
      await this.query(`RELEASE SAVEPOINT ${name}`);
      return result;
    } catch (error) {
      await this.query(`ROLLBACK TO SAVEPOINT ${name}`);
      this.rows.length = rows;
      this.deferred.length = deferred;
      this.channels.clear();
      for (const channel of channels) this.channels.add(channel);
      throw error;
    } finally {
      this.depth -= 1;
    }
  }

  record(change: ResourceChange): LoggedRow {
    return this.add(change, undefined);
  }

  publish<E extends EventDefinition>(event: NewEvent<E>): LoggedRow {
    return this.add(undefined, event);
  }

  recordAndPublish<E extends EventDefinition>(change: ResourceChange, event: NewEvent<E>): LoggedRow {
    return this.add(change, event);
  }

  wake(channel: string): void {
    this.channels.add(channel);
  }

  private add<E extends EventDefinition>(
    change: ResourceChange | undefined,
    event: NewEvent<E> | undefined,
  ): LoggedRow {
    if (event && event.definition.owner !== this.owner) {
      throw new Error(`${this.owner} cannot publish ${event.definition.kind}, an event of ${event.definition.owner}`);
    }
    if (event) checkEventData(event as unknown as NewEvent);
    const row = new PendingRow(change, event as unknown as NewEvent | undefined);
    this.rows.push(row);
    return row;
  }
}
