import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from '@faktorz/apimachinery';
import type { Pool, PoolClient } from 'pg';
import type { DataSource } from 'typeorm';
import { preparedName } from './prepared-name.js';
import type { SqlStatement } from '../change-log.types.js';
import { isConnectionFailure, isPoolExhausted } from './database-error.js';

const CONNECT_PATIENCE_MS = 3000;

/** One connection of the pool, for the time of one piece of work. */
export interface SqlConnection {
  query<Row = Record<string, unknown>>(text: string, values?: readonly unknown[], name?: string): Promise<Row[]>;
  /** Sends all statements in one round trip. Rejects with the first error, after all have been answered. */
  queryAll(statements: readonly (SqlStatement & { name?: string })[]): Promise<Record<string, unknown>[][]>;
}

/**
 * Plain SQL on the data source's own pool. `bigint` columns come as strings, `json` and `jsonb` parsed.
 * Throws `ApiError` ServiceUnavailable when the database cannot be reached; PostgreSQL's own errors otherwise.
 */
export class Database {
  constructor(readonly dataSource: DataSource) {}

  /** Runs one statement in a transaction of its own. */
  query<Row = Record<string, unknown>>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return this.withConnection((connection) => connection.query<Row>(text, values));
  }

  /** Lends a connection to `work`; a connection that broke is thrown away. */
  async withConnection<T>(work: (connection: SqlConnection) => Promise<T>): Promise<T> {
    const client = await this.connect();
    let broken: Error | undefined;
    const onError = (error: Error) => (broken = error);
    client.on('error', onError);
    try {
      return await work(connectionOf(client));
    } catch (error) {
      if (isConnectionFailure(error)) broken ??= error as Error;
      throw asUnavailable(error);
    } finally {
      client.removeListener('error', onError);
      client.release(broken);
    }
  }

  /** A restart of PostgreSQL is waited out for a moment; for a connection of the pool the pool itself has waited long enough. */
  private async connect(): Promise<PoolClient> {
    const deadline = Date.now() + CONNECT_PATIENCE_MS;
    for (let delayMs = 50; ; delayMs *= 2) {
      try {
        return await this.pool().connect();
      } catch (error) {
        const isWorthWaiting = isConnectionFailure(error) && !isPoolExhausted(error);
        if (!isWorthWaiting || Date.now() + delayMs > deadline) throw asUnavailable(error);
        await sleep(delayMs);
      }
    }
  }

  private pool(): Pool {
    if (!this.dataSource.isInitialized) throw new ApiError('ServiceUnavailable', 'the database connection is closed');
    return (this.dataSource.driver as unknown as { master: Pool }).master;
  }
}

function connectionOf(client: PoolClient): SqlConnection {
  const query = async (text: string, values: readonly unknown[] = [], name?: string) => {
    sendTogether(client);
    const { rows, command } = await client.query({ text, values: [...values], name: name ?? preparedName(text) });
    // PostgreSQL answers the COMMIT of a transaction in which a statement failed with a silent ROLLBACK.
    if (text === 'COMMIT' && command !== 'COMMIT')
      throw new Error('the transaction was rolled back: a statement in it failed');
    return rows;
  };
  return {
    query,
    async queryAll(statements) {
      const results = await Promise.allSettled(
        statements.map(({ text, values, name }) => query(text, values, name) as Promise<Record<string, unknown>[]>),
      );
      return results.map((result) => {
        if (result.status === 'rejected') throw result.reason;
        return result.value;
      });
    },
  };
}

/**
 * What is sent until the current work gives way leaves in one packet: a write to a socket costs more than the statement
 * that is written.
 */
function sendTogether(client: PoolClient): void {
  const { stream } = (client as unknown as { connection: { stream: Duplex } }).connection;
  if (stream.writableCorked > 0) return;
  stream.cork();
  process.nextTick(() => stream.uncork());
}

/** Wraps what only says that the database is away; leaves every other error as it is. */
export function asUnavailable(error: unknown): unknown {
  if (error instanceof ApiError || !isConnectionFailure(error)) return error;
  if (isPoolExhausted(error)) {
    return new ApiError(
      'ServiceUnavailable',
      'too many requests at once: all connections to the database were in use for too long; try again',
      { retryAfterSeconds: 1 },
      { cause: error },
    );
  }
  return new ApiError(
    'ServiceUnavailable',
    'the database cannot be reached',
    { retryAfterSeconds: 1 },
    { cause: error },
  );
}
