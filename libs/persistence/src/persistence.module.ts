import {
  type DynamicModule,
  Inject,
  Injectable,
  Logger,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { ChangeFeed } from './change-feed/change-feed.js';
import { ChangeLog } from './change-log/change-log.js';
import { Database } from './database/database.js';
import { openDataSource, type PersistenceOptions, sessionOptions } from './database/open-data-source.js';
import { Wakeups } from './wakeups/wakeups.js';

const OPTIONS = Symbol('persistence options');
const DATA_SOURCE = Symbol('data source');
const TRIM_EVERY_MS = 10 * 60_000;

/** Trims the log from time to time, and closes all connections at the end. */
@Injectable()
class LogKeeper implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('ChangeLog');
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(OPTIONS) private readonly options: PersistenceOptions,
    @Inject(ChangeLog) private readonly log: ChangeLog,
    @Inject(Wakeups) private readonly wakeups: Wakeups,
  ) {}

  onApplicationBootstrap(): void {
    const trim = () => {
      this.log.trim(this.options.retention).catch((error: Error) => this.logger.warn(`trimming: ${error.message}`));
    };
    this.timer = setInterval(trim, TRIM_EVERY_MS * (0.5 + Math.random()));
    this.timer.unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.wakeups.close();
    const { dataSource } = this.log.database;
    if (dataSource.isInitialized) await dataSource.destroy();
  }
}

/**
 * A service's database. `PersistenceModule.forService({ name, url, migrations })` makes `Database`,
 * `Wakeups`, `ChangeLog` and `ChangeFeed` injectable everywhere in the service, migrated and ready. Whoever works in
 * the background must have stopped by `beforeApplicationShutdown`; the connections close after that.
 */
@Module({})
export class PersistenceModule {
  static forService(options: PersistenceOptions): DynamicModule {
    return {
      module: PersistenceModule,
      global: true,
      providers: [
        { provide: OPTIONS, useValue: options },
        { provide: DATA_SOURCE, useFactory: () => openDataSource(options) },
        { provide: Database, useFactory: (source: DataSource) => new Database(source), inject: [DATA_SOURCE] },
        {
          provide: Wakeups,
          useFactory: () => new Wakeups({ connectionString: options.url, options: sessionOptions(options.name) }),
        },
        {
          provide: ChangeLog,
          useFactory: (database: Database, wakeups: Wakeups) => new ChangeLog(options.name, database, wakeups),
          inject: [Database, Wakeups],
        },
        { provide: ChangeFeed, useFactory: (log: ChangeLog) => new ChangeFeed(log), inject: [ChangeLog] },
        LogKeeper,
      ],
      exports: [Database, Wakeups, ChangeLog, ChangeFeed],
    };
  }
}
