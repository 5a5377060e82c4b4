import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { Pool, PoolClient } from 'pg';
import type { DataSource, DataSourceOptions } from 'typeorm';
import { asUnavailable } from './database.js';
import { isConnectionFailure } from './database-error.js';
import { libraryMigrations } from './migrations/index.js';

type ClassList = NonNullable<Extract<DataSourceOptions, { type: 'postgres' }>['migrations']>;
type EntityList = NonNullable<Extract<DataSourceOptions, { type: 'postgres' }>['entities']>;

/** What a service says of its database. */
export interface PersistenceOptions {
  /** The service's name, e.g. `tag-tracker`; its schema has underscores for hyphens. */
  name: string;
  /** `postgres://role:password@host:port/database`. */
  url: string;
  /** The service's own TypeORM migrations, as classes whose names end in a 13-digit timestamp. */
  migrations?: ClassList;
  entities?: EntityList;
  /** Connections at most, beside the one that listens. Default 10. */
  poolSize?: number;
  /** How long start-up waits for PostgreSQL to answer. Default 60000. */
  connectTimeoutMs?: number;
  /** What the log keeps at least, both together. Default 7 days and 1,000,000 rows. */
  retention?: { olderThanDays: number; keepRows: number };
}

/** The PostgreSQL schema of a service: `tag-tracker` → `tag_tracker`. */
export function schemaOf(service: string): string {
  return service.replaceAll('-', '_');
}

/** Settings every connection of the service starts with. */
export function sessionOptions(service: string): string {
  return `-c search_path=${schemaOf(service)} -c idle_in_transaction_session_timeout=60000`;
}

/**
 * Opens the pool, waits for the database, creates the schema where it is missing and runs all migrations under an
 * advisory lock, so that replicas may start together. Throws `ApiError` ServiceUnavailable when the database is away.
 */
export async function openDataSource(options: PersistenceOptions): Promise<DataSource> {
  // Loaded only here: with the drivers of all databases it knows, it weighs a tenth of a service, of which some have no database.
  const { DataSource } = await import('typeorm');
  const dataSource = new DataSource({
    type: 'postgres',
    url: options.url,
    schema: schemaOf(options.name),
    applicationName: `faktorz-${options.name}`,
    poolSize: options.poolSize ?? 10,
    connectTimeoutMS: 10_000,
    entities: options.entities ?? [],
    migrations: [...libraryMigrations, ...((options.migrations ?? []) as typeof libraryMigrations)],
    migrationsTableName: 'migrations',
    uuidExtension: 'pgcrypto',
    installExtensions: false,
    synchronize: false,
    logging: ['error', 'warn'],
    // Statements sent together travel in one round trip (node-postgres' pipeline mode).
    extra: { options: sessionOptions(options.name), pipeline: true, keepAlive: true },
    poolErrorHandler: (error: Error) => new Logger('Database').warn(`a connection was lost: ${error.message}`),
  });
  await initialize(dataSource, Date.now() + (options.connectTimeoutMs ?? 60_000));
  survivesLostConnections(dataSource);
  try {
    await migrate(dataSource, schemaOf(options.name));
  } catch (error) {
    await dataSource.destroy();
    throw asUnavailable(error);
  }
  return dataSource;
}

/**
 * A connection that has just been lent, and one just thrown away, has nobody listening for its end: without a listener
 * that would end the process. Whoever uses the connection learns of it by the next statement.
 */
function survivesLostConnections(dataSource: DataSource): void {
  const { master } = dataSource.driver as unknown as { master: Pool };
  const known = new WeakSet<PoolClient>();
  master.on('acquire', (client) => {
    if (known.has(client)) return;
    known.add(client);
    client.on('error', () => undefined);
  });
}

async function initialize(dataSource: DataSource, deadline: number): Promise<void> {
  for (let delayMs = 100; ; delayMs = Math.min(delayMs * 2, 2000)) {
    try {
      await dataSource.initialize();
      return;
    } catch (error) {
      if (!isConnectionFailure(error) || Date.now() + delayMs > deadline) throw asUnavailable(error);
      await sleep(delayMs);
    }
  }
}

async function migrate(dataSource: DataSource, schema: string): Promise<void> {
  const runner = dataSource.createQueryRunner();
  await runner.connect();
  const lock = `hashtextextended('faktorz migrations of ${schema}', 0)`;
  try {
    await runner.query(`SELECT pg_advisory_lock(${lock})`);
    const [found] = (await runner.query('SELECT to_regnamespace($1) IS NOT NULL AS present', [schema])) as {
      present: boolean;
    }[];
    if (!found?.present) await runner.query(`CREATE SCHEMA "${schema}"`);
    await dataSource.runMigrations({ transaction: 'each' });
    await runner.query(`SELECT pg_advisory_unlock(${lock})`);
  } finally {
    await runner.release();
  }
}
