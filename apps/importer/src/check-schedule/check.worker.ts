import { randomUUID } from 'node:crypto';
import { clientDefaults, ImportResults } from '@faktorz/domain';
import { ChangeLog, Database, Wakeups, Worker, type Claimed } from '@faktorz/persistence';
import { MalformedPullSecret, type Keyring } from '@faktorz/registry-client';
import { ServiceAddress } from '@faktorz/service-kit';
import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { FetchTools } from '../fetch/fetch-tools.js';
import { ImportSession, normalizedText } from '../fetch/import-session.js';
import { imageFailure, type FetchFailure } from '../fetch/registry-status.js';
import { runImport, type PlanResults } from '../fetch/run-import.js';
import { planJob } from '../import-job/plan-job.js';
import { publishResults } from '../import-job/publish-results.js';
import { ImportResultStore } from '../import-result/import-result.store.js';
import { resultsUrlOf } from '../import-result/results-url.js';
import type { ImporterConfig } from '../importer.config.js';
import { FETCH_TOOLS, IMPORTER_CONFIG } from '../importer.tokens.js';
import { PullSecrets } from '../pull-secret/pull-secrets.js';
import { StreamReader } from '../stream/stream-reader.js';
import { timestamp } from '../timestamp.js';
import { CHECKS_CHANNEL, CheckScheduleStore, type CheckOutcome, type ScheduledCheck } from './check-schedule.store.js';
import { tagStateOf, type TagState } from './tag-state.js';

/** Even a tag that never changes is asked for at its owner now and then: it may have stopped being scheduled. */
const CONFIRMED_FOR_MS = 60 * 60_000;
const LONGEST_CHECK_MS = 120_000;
const TRIED_AGAIN_SECONDS = 15;

/** Looks at scheduled tags when they are due: one HEAD, and only what has changed is fetched and told. */
@Injectable()
export class CheckWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(CheckWorker.name);
  private readonly worker: Worker<Claimed<ScheduledCheck>>;

  constructor(
    private readonly schedule: CheckScheduleStore,
    private readonly results: ImportResultStore,
    private readonly pullSecrets: PullSecrets,
    private readonly streams: StreamReader,
    private readonly database: Database,
    private readonly log: ChangeLog,
    private readonly address: ServiceAddress,
    wakeups: Wakeups,
    @Inject(FETCH_TOOLS) private readonly tools: FetchTools,
    @Inject(IMPORTER_CONFIG) private readonly config: ImporterConfig,
  ) {
    this.worker = new Worker({
      name: 'scheduled checks',
      concurrency: 4 * config.FAKTORZ_IMPORTER_FETCHES_PER_REGISTRY,
      wakeups,
      channel: CHECKS_CHANNEL,
      claim: (limit) => schedule.claim(limit),
      run: (check, signal) => this.run(check, signal),
      isActive: () => !config.FAKTORZ_IMPORTER_PAUSED,
    });
  }

  onApplicationBootstrap(): void {
    this.worker.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.worker.stop();
  }

  private async run(check: Claimed<ScheduledCheck>, stopping: AbortSignal): Promise<void> {
    const signal = AbortSignal.any([stopping, AbortSignal.timeout(LONGEST_CHECK_MS)]);
    try {
      await this.look(check, signal);
    } catch (error) {
      // A check cut short by our own end is the next process's first one.
      await this.schedule.postpone(check, stopping.aborted ? 0 : TRIED_AGAIN_SECONDS);
      const { namespace, stream, tag } = check;
      if (!stopping.aborted)
        this.logger.warn(`check of ${namespace}/${stream}:${tag} is made again soon: ${(error as Error).message}`);
    }
  }

  private async look(check: Claimed<ScheduledCheck>, signal: AbortSignal): Promise<void> {
    const keyring = await this.keyring(check);
    if ('status' in keyring) return this.tellFailure(check, keyring);
    const head = await this.currentDigest(check, keyring, signal);
    if (typeof head === 'object') return this.tellFailure(check, head);
    const isKnown = head !== undefined && head === check.upstream_digest && check.failure === null;
    const isConfirmed = Date.now() - check.confirmed_at.getTime() < CONFIRMED_FOR_MS;
    if (isKnown && isConfirmed)
      return this.schedule.finish(this.database, check, { upstreamDigest: head, isConfirmed: false });
    const state = await this.tagState(check);
    if (!state) return this.schedule.forgetTag(this.database, check);
    if (isKnown) return this.schedule.finish(this.database, check, { upstreamDigest: head, isConfirmed: true });
    await this.fetchAnew(check, keyring, state, head ?? null, signal);
  }

  private async fetchAnew(
    check: Claimed<ScheduledCheck>,
    keyring: Keyring,
    state: TagState,
    upstreamDigest: string | null,
    signal: AbortSignal,
  ) {
    const fetched = new Date();
    const item = { ...check.item, generation: state.generation ?? check.item.generation };
    const found = await runImport(this.tools, planJob({ items: [item] }), {
      keyring,
      tagsPerRepository: this.config.FAKTORZ_IMPORTER_TAGS_PER_REPOSITORY,
      now: timestamp(fetched),
      signal,
    });
    const [result] = found.items;
    const failure = result?.status.status === 'Failure' ? failureText(result) : undefined;
    const outcome = {
      upstreamDigest: failure === undefined ? upstreamDigest : null,
      failure,
      restMs: result?.retryAfterMs,
      isConfirmed: true,
    };
    const isNews =
      failure !== undefined
        ? failure !== check.failure
        : state.hasFailed || result?.image?.metadata.name !== state.image;
    if (isNews) await this.tell(check, found, outcome, fetched);
    else await this.schedule.finish(this.database, check, outcome);
  }

  /** A failure is told once; the same one again only makes the tag rest longer. */
  private async tellFailure(check: Claimed<ScheduledCheck>, { status, retryAfterMs }: FetchFailure): Promise<void> {
    const outcome = {
      upstreamDigest: check.upstream_digest,
      failure: failureText({ status }),
      restMs: retryAfterMs,
      isConfirmed: false,
    };
    if (outcome.failure === check.failure) return this.schedule.finish(this.database, check, outcome);
    const state = await this.tagState(check);
    if (!state) return this.schedule.forgetTag(this.database, check);
    const { from, tag, importPolicy, referencePolicy } = check.item;
    const item = {
      from: { kind: 'DockerImage', name: from },
      to: tag,
      tag,
      importPolicy,
      referencePolicy,
      generation: state.generation ?? check.item.generation,
      status,
      retryAfterMs,
    };
    await this.tell(check, { items: [item] }, { ...outcome, isConfirmed: true }, new Date());
  }

  private tell(check: Claimed<ScheduledCheck>, found: PlanResults, outcome: CheckOutcome, now: Date): Promise<void> {
    const { namespace, stream, uid } = check;
    const importId = randomUUID();
    const results = ImportResults.parse({ importId, namespace, stream, guards: { uid }, background: true, ...found });
    return this.log.transaction(async (tx) => {
      if (!(await this.schedule.holds(tx, check))) return;
      await this.results.keep(results, tx);
      publishResults(tx, { importId, namespace, stream, resultsUrl: resultsUrlOf(this.address, importId), now }, found);
      await this.schedule.finish(tx, check, outcome);
    });
  }

  private async currentDigest(
    { item, tag }: ScheduledCheck,
    keyring: Keyring,
    signal: AbortSignal,
  ): Promise<string | undefined | FetchFailure> {
    const { reference } = planJob({ items: [item] }).images[0] ?? {};
    if (!reference) throw new Error(`the scheduled tag ${tag} names no image`);
    try {
      const repository = new ImportSession(this.tools, keyring, signal).repository(
        reference,
        item.importPolicy.insecure ?? false,
      );
      return await repository.currentDigest(clientDefaults(reference).tag);
    } catch (error) {
      signal.throwIfAborted();
      return imageFailure(error, normalizedText(reference));
    }
  }

  private async keyring({ namespace, item }: ScheduledCheck): Promise<Keyring | FetchFailure> {
    try {
      return await this.pullSecrets.recentKeyringOf(namespace);
    } catch (error) {
      if (error instanceof MalformedPullSecret) return imageFailure(error, item.from);
      throw error;
    }
  }

  private async tagState(check: ScheduledCheck): Promise<TagState | undefined> {
    return tagStateOf(await this.streams.stream(check.namespace, check.stream), check);
  }
}

function failureText({ status }: { status: FetchFailure['status'] }): string {
  return `${status.reason}: ${status.message}`;
}
