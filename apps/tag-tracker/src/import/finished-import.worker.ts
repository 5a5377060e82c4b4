import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { toApiError } from '@faktorz/apimachinery';
import { type Claimed, claimWork, Database, holdingClaim, Wakeups, Worker } from '@faktorz/persistence';
import { serviceUser } from '@faktorz/service-kit';
import { timestamp } from '../image-stream/write-cause.js';
import { AppliedImports } from './applied-imports.js';
import { FINISHED_IMPORTS_CHANNEL } from './finished-import.handler.js';
import { ImportApplication } from './import-application.js';
import { ImportResultsReader } from './import-results.reader.js';

interface FinishedImport {
  import_id: string;
  namespace: string;
  stream: string;
  results_url: string;
  attempts: number;
}

const WORK = { table: 'finished_import', keyColumns: ['import_id'] };
const LEASE_SECONDS = 15;
const LONGEST_DELAY_SECONDS = 300;
/** Refusals that do not last: importer does not know our new key yet, or has too much to do. Others end the import. */
const PASSING: ReadonlySet<number> = new Set([401, 408, 429]);
const TRIM_EVERY_MS = 3_600_000;

/** Applies finished background imports, one of a stream at a time. */
@Injectable()
export class FinishedImportWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(FinishedImportWorker.name);
  private readonly worker: Worker<Claimed<FinishedImport>>;
  private trimming: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: Database,
    wakeups: Wakeups,
    private readonly results: ImportResultsReader,
    private readonly application: ImportApplication,
    private readonly applied: AppliedImports,
  ) {
    this.worker = new Worker({
      name: 'finished imports',
      concurrency: 4,
      wakeups,
      channel: FINISHED_IMPORTS_CHANNEL,
      claim: (limit) =>
        claimWork<FinishedImport>(database, {
          ...WORK,
          where: 'ready AND due_at <= now()',
          orderBy: 'due_at',
          limit,
          leaseSeconds: LEASE_SECONDS,
        }),
      run: (item) => holdingClaim(database, WORK, item, LEASE_SECONDS, () => this.apply(item)),
    });
  }

  onApplicationBootstrap(): void {
    this.worker.start();
    this.trimming = setInterval(() => {
      this.applied.trim().catch((error: Error) => this.logger.warn(`trimming applied imports: ${error.message}`));
    }, TRIM_EVERY_MS);
    this.trimming.unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.trimming);
    await this.worker.stop();
  }

  /** Applying is idempotent (`AppliedImports`), so a lost lease does no harm; the row goes once it is done or can never be. */
  private async apply(item: Claimed<FinishedImport>): Promise<void> {
    try {
      const results = await this.results.read(item.results_url);
      const cause = { by: serviceUser('importer'), id: item.import_id, now: timestamp(new Date()) };
      await this.application.apply(results, cause);
    } catch (error) {
      const { code, message } = toApiError(error);
      if (code >= 500 || PASSING.has(code)) return this.retryLater(item, message);
      this.logger.warn(`import ${item.import_id} of ${item.namespace}/${item.stream} is not applied: ${message}`);
    }
    await this.database.query('DELETE FROM finished_import WHERE import_id = $1', [item.import_id]);
  }

  private async retryLater(item: Claimed<FinishedImport>, problem: string): Promise<void> {
    const delaySeconds = Math.min(2 ** item.attempts, LONGEST_DELAY_SECONDS);
    this.logger.warn(
      `import ${item.import_id} of ${item.namespace}/${item.stream} is tried again in ${delaySeconds} s: ${problem}`,
    );
    await this.database.query(
      `UPDATE finished_import SET attempts = attempts + 1, due_at = now() + make_interval(secs => $2),
              claim_token = NULL, claimed_until = NULL
        WHERE import_id = $1 AND claim_token = $3`,
      [item.import_id, delaySeconds, item.claim_token],
    );
  }
}
