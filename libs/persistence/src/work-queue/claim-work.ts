import { randomUUID } from 'node:crypto';
import type { SqlStatement } from '../change-log.types.js';

/** Columns a table of work needs, for its `CREATE TABLE`. */
export const CLAIM_COLUMNS = 'claim_token uuid, claimed_until timestamptz';

/** Anything that runs SQL: a `Database`, or a `ChangeTransaction`. */
export interface SqlRunner {
  query<Row = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

/**
 * Work kept in a table of the service's own, which has the `CLAIM_COLUMNS`. All strings are SQL of the service's own,
 * never anything that came from outside; they name columns without qualification.
 */
export interface WorkTable {
  table: string;
  keyColumns: readonly string[];
}

export interface ClaimOptions extends WorkTable {
  /** Which rows are ready, e.g. `not_before <= now()`; values of the statement begin at `$1`. */
  where: string;
  values?: readonly unknown[];
  /** Default: the key columns. */
  orderBy?: string;
  limit: number;
  /** After this time without result or `extendClaim`, another worker may take it. */
  leaseSeconds: number;
  /**
   * Rows that agree in `columns` are taken one after the other, in the order of the single column `orderBy`, as long
   * as the earlier one is `unfinished` (a condition).
   */
  oneAtATime?: { columns: readonly string[]; orderBy: string; unfinished: string };
}

/** A row that is ours until `claimed_until`. */
export type Claimed<Row> = Row & { claim_token: string; claimed_until: Date };

/**
 * Claims rows for this worker, passing over those that others hold or are just claiming. Write a result only in a
 * transaction in which `lockClaim` said that the claim still stands.
 */
export async function claimWork<Row = Record<string, unknown>>(
  runner: SqlRunner,
  options: ClaimOptions,
): Promise<Claimed<Row>[]> {
  const { text, values } = claimStatement(options);
  return runner.query<Claimed<Row>>(text, values);
}

/** Locks the row if the claim still stands; false when another worker has taken it, or it is gone. */
export async function lockClaim(runner: SqlRunner, work: WorkTable, row: object): Promise<boolean> {
  const { condition, values } = ours(work, row);
  const found = await runner.query(`SELECT 1 FROM ${work.table} WHERE ${condition} FOR UPDATE`, values);
  return found.length > 0;
}

/** Holds a claim for longer; false when it is lost. */
export async function extendClaim(
  runner: SqlRunner,
  work: WorkTable,
  row: object,
  leaseSeconds: number,
): Promise<boolean> {
  const { condition, values } = ours(work, row);
  const lease = `now() + make_interval(secs => $${values.push(leaseSeconds)})`;
  return updated(runner, `UPDATE ${work.table} SET claimed_until = ${lease} WHERE ${condition}`, values);
}

async function updated(runner: SqlRunner, text: string, values: unknown[]): Promise<boolean> {
  return (await runner.query(`${text} RETURNING 1`, values)).length > 0;
}

function ours(work: WorkTable, row: object): { condition: string; values: unknown[] } {
  const columns = [...work.keyColumns, 'claim_token'];
  const values = columns.map((column) => (row as Record<string, unknown>)[column]);
  return { condition: columns.map((column, index) => `${column} = $${index + 1}`).join(' AND '), values };
}

function claimStatement(options: ClaimOptions): SqlStatement {
  const { table, keyColumns, where, limit, leaseSeconds, oneAtATime } = options;
  const values = [...(options.values ?? [])];
  const parameter = (value: unknown) => `$${values.push(value)}`;
  const keys = keyColumns.join(', ');
  const conditions = ['(claimed_until IS NULL OR claimed_until < now())', `(${where})`];
  if (oneAtATime) {
    const same = oneAtATime.columns.map((column) => `earlier.${column} = candidate.${column}`);
    conditions.push(`NOT EXISTS (SELECT 1 FROM ${table} earlier WHERE ${same.join(' AND ')}
      AND earlier.${oneAtATime.orderBy} < candidate.${oneAtATime.orderBy} AND (${oneAtATime.unfinished}))`);
  }
  // MATERIALIZED: the rows are chosen and locked once, however the join below is planned.
  const text = `WITH chosen AS MATERIALIZED (
      SELECT ${keys} FROM ${table} candidate WHERE ${conditions.join(' AND ')}
      ORDER BY ${options.orderBy ?? keys} LIMIT ${parameter(limit)} FOR UPDATE OF candidate SKIP LOCKED
    )
    UPDATE ${table} work
    SET claim_token = ${parameter(randomUUID())}::uuid, claimed_until = now() + make_interval(secs => ${parameter(leaseSeconds)})
    FROM chosen WHERE ${keyColumns.map((column) => `work.${column} = chosen.${column}`).join(' AND ')}
    RETURNING work.*`;
  return { text, values };
}
