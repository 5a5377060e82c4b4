import { randomUUID } from 'node:crypto';
import { ImportResults } from '@faktorz/domain';
import { ChangeLog, Database, holdingClaim, Wakeups, Worker, type Claimed } from '@faktorz/persistence';
import { EMPTY_KEYRING } from '@faktorz/registry-client';
import { ServiceAddress } from '@faktorz/service-kit';
import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { FetchTools } from '../fetch/fetch-tools.js';
import type { FetchFailure } from '../fetch/registry-status.js';
import { runImport, type PlanResults } from '../fetch/run-import.js';
import { planJob } from '../import-job/plan-job.js';
import { publishResults } from '../import-job/publish-results.js';
import { ImportResultStore } from '../import-result/import-result.store.js';
import { resultsUrlOf } from '../import-result/results-url.js';
import type { ImporterConfig } from '../importer.config.js';
import { FETCH_TOOLS, IMPORTER_CONFIG } from '../importer.tokens.js';
import { StreamReader } from '../stream/stream-reader.js';
import { timestamp } from '../timestamp.js';
import type { AccountKey } from '../registry-account/account-key.js';
import { RegistryAccounts } from '../registry-account/registry-accounts.js';
import { CheckPlaces } from './check-places.js';
import {
  CHECK_LEASE_SECONDS,
  CHECK_WORK,
  CHECKS_CHANNEL,
  CheckScheduleStore,
  type CheckOutcome,
  type ScheduledCheck,
} from './check-schedule.store.js';
import { ASKED_ONCE, TagLook, type Looked } from './tag-look.js';
import { tagStateOf, type TagState } from './tag-state.js';
import { UnchangedChecks } from './unchanged-checks.js';

/** Even a tag that never changes is asked for at its owner now and then: it may have stopped being scheduled. */
const CONFIRMED_FOR_MS = 60 * 60_000;
const LONGEST_CHECK_MS = 120_000;
const TRIED_AGAIN_SECONDS = 15;
/** Of a registry's places, half are for people's imports. */
const SHARE_OF_PLACES = 0.5;
/** A check mostly waits: many registries can be slow before all of a process's checks wait for them. */
const CHECKS_AT_ONCE = 256;

/** Looks at scheduled tags when they are due: one HEAD, and only what has changed is fetched and told. */
@Injectable()
export class CheckWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(CheckWorker.name);
  private readonly worker: Worker<Claimed<ScheduledCheck>>;
  private readonly unchanged: UnchangedChecks;
  private readonly places: CheckPlaces;

  constructor(
    private readonly schedule: CheckScheduleStore,
    private readonly results: ImportResultStore,
    private readonly tags: TagLook,
    private readonly streams: StreamReader,
    private readonly accounts: RegistryAccounts,
    private readonly database: Database,
    private readonly log: ChangeLog,
    private readonly address: ServiceAddress,
    wakeups: Wakeups,
    @Inject(FETCH_TOOLS) private readonly tools: FetchTools,
    @Inject(IMPORTER_CONFIG) private readonly config: ImporterConfig,
  ) {
    const perRegistry = Math.max(1, Math.floor(config.FAKTORZ_IMPORTER_FETCHES_PER_REGISTRY * SHARE_OF_PLACES));
    this.places = new CheckPlaces(perRegistry, () => this.worker.look());
    this.unchanged = new UnchangedChecks((checks) => schedule.finishUnchanged(checks));
    this.worker = new Worker({
      name: 'scheduled checks',
      concurrency: CHECKS_AT_ONCE,
      wakeups,
      channel: CHECKS_CHANNEL,
      claim: (limit) => this.places.filledBy((running) => schedule.claim({ limit, perRegistry, running })),
      run: (check, signal) =>
        holdingClaim(database, CHECK_WORK, check, CHECK_LEASE_SECONDS, (lost) =>
          this.places.run(check.registry, () => this.run(check, signal, lost)),
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

  private async run(check: Claimed<ScheduledCheck>, stopping: AbortSignal, lost: AbortSignal): Promise<void> {
    const signal = AbortSignal.any([stopping, lost, AbortSignal.timeout(LONGEST_CHECK_MS)]);
    try {
      await this.check(check, signal);
    } catch (error) {
      // A check cut short by our own end is the next process's first one.
      await this.schedule.postpone(check, stopping.aborted ? 0 : TRIED_AGAIN_SECONDS);
      const { namespace, stream, tag } = check;
      if (!stopping.aborted)
        this.logger.warn(`check of ${namespace}/${stream}:${tag} is made again soon: ${(error as Error).message}`);
    }
  }

  private async check(check: Claimed<ScheduledCheck>, signal: AbortSignal): Promise<void> {
    const looked = await this.tags.look(check, signal);
    if (looked.failure && this.isRefused(looked.asked)) return this.waitForRegistry(check, looked.asked);
    if (looked.failure) return this.tellFailure(check, looked.failure, looked.asked);
    const { digest, asked } = looked;
    const isKnown = digest !== undefined && digest === check.upstream_digest && check.failure === null;
    const isConfirmed = Date.now() - check.confirmed_at.getTime() < CONFIRMED_FOR_MS;
    if (isKnown && isConfirmed) return this.finishUnchanged(check, asked, false);
    const state = await this.tagState(check);
    if (!state) return this.schedule.forgetTag(this.database, check);
    if (isKnown) return this.finishUnchanged(check, asked, true);
    // The first check of a tag, whose import brought this very image.
    if (digest !== undefined && digest === state.image && !state.hasFailed) {
      return this.schedule.finish(this.database, check, { upstreamDigest: digest, isConfirmed: true, asked });
    }
    await this.fetchAnew(check, state, looked, signal);
  }

  /** That a registry has had enough of us is no failure of the tag. */
  private isRefused(asked: AccountKey): boolean {
    return this.accounts.restsUntil(asked)?.reason === 'refused';
  }

  private waitForRegistry(check: Claimed<ScheduledCheck>, asked: AccountKey): Promise<void> {
    const until = this.accounts.restsUntil(asked)?.until.getTime() ?? Date.now();
    return this.schedule.postpone(check, Math.max(0, (until - Date.now()) / 1000), asked);
  }

  private finishUnchanged(check: Claimed<ScheduledCheck>, asked: AccountKey, isConfirmed: boolean): Promise<void> {
    if (asked.registry === check.registry && asked.account === check.account)
      return this.unchanged.finish({ check, isConfirmed });
    return this.schedule.finish(this.database, check, { upstreamDigest: check.upstream_digest, isConfirmed, asked });
  }

  private async fetchAnew(
    check: Claimed<ScheduledCheck>,
    state: TagState,
    { asked, digest, keyring = EMPTY_KEYRING }: Looked,
    signal: AbortSignal,
  ): Promise<void> {
    const fetched = new Date();
    const item = { ...check.item, generation: state.generation ?? check.item.generation };
    const found = await runImport(this.tools, planJob({ items: [item] }), {
      keyring,
      tagsPerRepository: this.config.FAKTORZ_IMPORTER_TAGS_PER_REPOSITORY,
      now: timestamp(fetched),
      signal,
      checksAllowList: true,
      retry: ASKED_ONCE,
    });
    const [result] = found.items;
    if (result?.status.status === 'Failure' && this.isRefused(asked)) return this.waitForRegistry(check, asked);
    const failure = result?.status.status === 'Failure' ? failureText(result) : undefined;
    const outcome = {
      upstreamDigest: failure === undefined ? (digest ?? null) : null,
      failure,
      isConfirmed: true,
      asked,
    };
    const isNews =
      failure !== undefined
        ? failure !== check.failure
        : state.hasFailed || result?.image?.metadata.name !== state.image;
    if (isNews) await this.tell(check, found, outcome, fetched);
    else await this.schedule.finish(this.database, check, outcome);
  }

  /** A failure is told once; the same one again only makes the tag rest longer. */
  private async tellFailure(
    check: Claimed<ScheduledCheck>,
    { status, retryAfterMs }: FetchFailure,
    asked: AccountKey,
  ): Promise<void> {
    const outcome = {
      upstreamDigest: check.upstream_digest,
      failure: failureText({ status }),
      isConfirmed: false,
      asked,
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

  private async tagState(check: ScheduledCheck): Promise<TagState | undefined> {
    return tagStateOf(await this.streams.stream(check.namespace, check.stream), check);
  }
}

function failureText({ status }: { status: FetchFailure['status'] }): string {
  return `${status.reason}: ${status.message}`;
}
