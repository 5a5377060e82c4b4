import { importInternalError, ImportResults } from '@faktorz/domain';
import {
  ChangeLog,
  Database,
  holdingClaim,
  Wakeups,
  Worker,
  type ChangeTransaction,
  type Claimed,
} from '@faktorz/persistence';
import { MalformedPullSecret } from '@faktorz/registry-client';
import { ServiceAddress } from '@faktorz/service-kit';
import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { ImportPlan, PlannedImage } from '../fetch/import-plan.js';
import type { FetchTools } from '../fetch/fetch-tools.js';
import { RegistryTally } from '../fetch/registry-tally.js';
import { runImport, type ItemResult, type PlanResults } from '../fetch/run-import.js';
import { resultsUrlOf } from '../import-result/results-url.js';
import { ImportResultStore } from '../import-result/import-result.store.js';
import type { ImporterConfig } from '../importer.config.js';
import { FETCH_TOOLS, IMPORTER_CONFIG } from '../importer.tokens.js';
import { PullSecrets } from '@faktorz/pull-secrets';
import { timestamp } from '../timestamp.js';
import {
  IMPORT_JOB_LEASE_SECONDS,
  IMPORT_JOB_WORK,
  IMPORT_JOBS_CHANNEL,
  ImportJobStore,
  type ImportJob,
} from './import-job.store.js';
import { planJob } from './plan-job.js';
import { publishResults } from './publish-results.js';

/** A background import that is still under way after this time is given up: its registries are too slow. */
const LONGEST_IMPORT_MS = 15 * 60_000;
/** So many registries may be slow before background imports wait for them. */
const REGISTRIES_AT_ONCE = 8;

/** Makes the recorded imports: fetches, and in one transaction stores the results, publishes them and ends the job. */
@Injectable()
export class ImportJobWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(ImportJobWorker.name);
  private readonly worker: Worker<Claimed<ImportJob>>;
  private readonly tally = new RegistryTally();

  constructor(
    private readonly jobs: ImportJobStore,
    private readonly results: ImportResultStore,
    private readonly pullSecrets: PullSecrets,
    database: Database,
    private readonly log: ChangeLog,
    private readonly address: ServiceAddress,
    wakeups: Wakeups,
    @Inject(FETCH_TOOLS) private readonly tools: FetchTools,
    @Inject(IMPORTER_CONFIG) private readonly config: ImporterConfig,
  ) {
    const perRegistry = config.FAKTORZ_IMPORTER_WORKERS;
    this.worker = new Worker({
      name: 'imports',
      concurrency: REGISTRIES_AT_ONCE * perRegistry,
      wakeups,
      channel: IMPORT_JOBS_CHANNEL,
      claim: (limit) => jobs.claim(Math.min(limit, perRegistry), this.tally.busy(perRegistry)),
      run: (job, signal) =>
        holdingClaim(database, IMPORT_JOB_WORK, job, IMPORT_JOB_LEASE_SECONDS, (lost) =>
          this.tally.run(
            job.registry,
            () => this.run(job, signal, lost),
            () => this.worker.look(),
          ),
        ),
      isActive: () => !config.FAKTORZ_IMPORTER_PAUSED,
    });
  }

  onApplicationBootstrap(): void {
    this.worker.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.worker.stop();
  }

  private async run(job: Claimed<ImportJob>, stopping: AbortSignal, lost: AbortSignal): Promise<void> {
    try {
      const fetched = new Date();
      const results = await this.fetch(job, fetched, AbortSignal.any([stopping, lost]));
      await this.log.transaction((tx) => this.record(tx, job, results, fetched));
    } catch (error) {
      await this.jobs.retryLater(job);
      if (!stopping.aborted)
        this.logger.warn(
          `import ${job.import_id} of ${job.namespace}/${job.stream} is tried again later: ${(error as Error).message}`,
        );
    }
  }

  private async fetch(job: ImportJob, fetched: Date, signal: AbortSignal): Promise<PlanResults> {
    const plan = planJob(job.request);
    const limit = AbortSignal.timeout(LONGEST_IMPORT_MS);
    try {
      return await runImport(this.tools, plan, {
        keyring: await this.pullSecrets.keyringOf(job.namespace),
        tagsPerRepository: this.config.FAKTORZ_IMPORTER_TAGS_PER_REPOSITORY,
        now: timestamp(fetched),
        signal: AbortSignal.any([signal, limit]),
        checksAllowList: true,
      });
    } catch (error) {
      if (error instanceof MalformedPullSecret) return failedPlan(plan, error.message);
      if (limit.aborted && !signal.aborted)
        return failedPlan(plan, `the import took longer than ${LONGEST_IMPORT_MS / 60_000} minutes`);
      throw error;
    }
  }

  private async record(
    tx: ChangeTransaction,
    job: Claimed<ImportJob>,
    found: PlanResults,
    fetched: Date,
  ): Promise<void> {
    if (!(await this.jobs.finish(tx, job))) return;
    const { importId, namespace, stream, uid } = job.request;
    // Parsing leaves out what only concerns us, such as how long a registry wants to be left alone.
    const results = ImportResults.parse({ importId, namespace, stream, guards: { uid }, background: true, ...found });
    await this.results.keep(results, tx);
    publishResults(
      tx,
      { importId, namespace, stream, resultsUrl: resultsUrlOf(this.address, importId), now: fetched },
      found,
    );
  }
}

/** Every item of a plan failed for the same reason, before any registry was asked. */
function failedPlan({ images, repository }: ImportPlan, problem: string): PlanResults {
  const failed = (item: Omit<PlannedImage, 'preferred'>): Omit<ItemResult, 'tag'> => ({
    from: item.from,
    importPolicy: item.importPolicy,
    referencePolicy: item.referencePolicy,
    status: importInternalError(item.from.name, problem),
  });
  return {
    items: images.map((image) => ({
      ...failed(image),
      to: image.to,
      tag: image.reference?.tag || 'latest',
      generation: image.generation,
    })),
    ...(repository ? { repository: { ...failed(repository), additionalTags: [], items: [] } } : {}),
  };
}
