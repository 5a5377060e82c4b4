import { ChangeFeed, ChangeLog, Database, openDataSource, sessionOptions, Wakeups } from '@faktorz/persistence';
import { startTestPostgres } from '@faktorz/testing';
import type { ImageLimits } from '@faktorz/domain';
import { ImageStreamStorage } from '../src/image-stream/image-stream.storage.js';
import { ImageStreamStore } from '../src/image-stream/image-stream.store.js';
import { type RegistryHosts, RepositoryNames } from '../src/image-stream/repository-names.js';
import { StreamPublisher } from '../src/image-stream/stream-publisher.js';
import { StreamVersions } from '../src/image-stream/stream-versions.js';
import { STREAM_VERSION_TABLES } from '../src/image-stream/stream-rows.js';
import { StreamWrites } from '../src/image-stream/stream-writes.js';
import { WriterTurns } from '../src/image-stream/writer-turns.js';
import { StreamLimits } from '../src/limits/stream-limits.js';
import { StreamUsageStore } from '../src/limits/stream-usage.store.js';
import { ImageStreams1000000000001 } from '../src/migrations/1-image-streams.migration.js';
import { ListChildren2000000000003 } from '../src/migrations/3-list-children.migration.js';

/** tag-tracker's storage on a PostgreSQL of its own. */
export interface Bench extends AsyncDisposable {
  log: ChangeLog;
  streams: ImageStreamStorage;
  writes: StreamWrites;
  /** What every namespace allows; none at first. */
  allowed: ImageLimits;
  limits: StreamLimits;
  /** Names of the integrated registry; a test may change them. */
  hosts: RegistryHosts;
  /** Rows of all versions of all tables of streams. */
  rowCount(): Promise<number>;
}

/** Every namespace is there and stays. */
const OPEN_NAMESPACES = { assertWritable: () => Promise.resolve(), holdWritable: () => Promise.resolve() };

export async function startBench(): Promise<Bench> {
  const postgres = await startTestPostgres();
  const url = (await postgres.createDatabase('tag_tracker')).url('tag_tracker');
  const dataSource = await openDataSource({
    name: 'tag-tracker',
    url,
    migrations: [ImageStreams1000000000001, ListChildren2000000000003],
  });
  const database = new Database(dataSource);
  const wakeups = new Wakeups({ connectionString: url, options: sessionOptions('tag-tracker') });
  const log = new ChangeLog('tag-tracker', database, wakeups);
  const store = new ImageStreamStore(database);
  const hosts: RegistryHosts = { internal: 'registry:5000' };
  const names = new RepositoryNames(hosts);
  const publisher = new StreamPublisher(store, names);
  const turns = new WriterTurns();
  const allowed: ImageLimits = {};
  const limits = new StreamLimits({ of: () => Promise.resolve({ ...allowed }) }, new StreamUsageStore());
  return {
    log,
    allowed,
    limits,
    hosts,
    streams: new ImageStreamStorage(
      store,
      log,
      new ChangeFeed(log),
      publisher,
      names,
      new StreamVersions(store, names),
      turns,
      limits,
      OPEN_NAMESPACES,
    ),
    writes: new StreamWrites(log, store, publisher, turns, limits, OPEN_NAMESPACES),
    async rowCount() {
      const counts = STREAM_VERSION_TABLES.map((table) => `(SELECT count(*) FROM ${table})`).join(' + ');
      const [row] = await database.query<{ total: string }>(`SELECT ${counts} AS total`);
      return Number(row?.total);
    },
    async [Symbol.asyncDispose]() {
      await wakeups.close();
      await dataSource.destroy();
      await postgres[Symbol.asyncDispose]();
    },
  };
}
