import type { DataSource } from 'typeorm';
import { ChangeFeed, ChangeLog, Database, openDataSource, sessionOptions, Wakeups } from '../../src/index.js';

/** One process' view of a service's database: what `PersistenceModule` provides, without Nest. */
export interface Bench extends AsyncDisposable {
  dataSource: DataSource;
  database: Database;
  wakeups: Wakeups;
  log: ChangeLog;
  feed: ChangeFeed;
}

export async function openBench(name: string, url: string, tailRows?: number): Promise<Bench> {
  const dataSource = await openDataSource({ name, url, poolSize: 12 });
  const database = new Database(dataSource);
  const wakeups = new Wakeups({ connectionString: url, options: sessionOptions(name) });
  const log = new ChangeLog(name, database, wakeups);
  return {
    dataSource,
    database,
    wakeups,
    log,
    feed: new ChangeFeed(log, tailRows),
    async [Symbol.asyncDispose]() {
      await wakeups.close();
      await dataSource.destroy();
    },
  };
}
