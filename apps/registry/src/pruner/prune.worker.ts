import { type Claimed, Database, type DocumentStorage, holdingClaim, Wakeups, Worker } from '@faktorz/persistence';
import { PruneSummary } from '@faktorz/image-prune';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { type ImagePruner, type PruneOutcome, timeText } from './image-pruner.js';
import { type Pruned, PruneRunner } from './prune-run.js';
import {
  type DueRun,
  PRUNE_CHANNEL,
  PRUNE_LEASE_SECONDS,
  PRUNE_WORK,
  PruneScheduleStore,
} from './prune-schedule.store.js';
import { CLOCK, type Clock, PRUNER_STORAGE } from './pruner.tokens.js';

/** A run that ended with its process is begun once more, not for ever: it may be what ends processes. */
const MOST_TRIES = 2;
const FAILURES_KEPT = 10;
const LONGEST_FAILURE = 1000;

/** Prunes when it is due: one replica of all that ask. */
@Injectable()
export class PruneWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('ImagePruner');
  private readonly worker: Worker<Claimed<DueRun>>;

  constructor(
    private readonly schedule: PruneScheduleStore,
    private readonly runner: PruneRunner,
    @Inject(PRUNER_STORAGE) private readonly storage: DocumentStorage<ImagePruner>,
    @Inject(CLOCK) private readonly clock: Clock,
    database: Database,
    wakeups: Wakeups,
  ) {
    this.worker = new Worker({
      name: 'image pruner',
      concurrency: 1,
      wakeups,
      channel: PRUNE_CHANNEL,
      claim: () => schedule.claim(clock()),
      run: (run, stopping) =>
        holdingClaim(database, PRUNE_WORK, run, PRUNE_LEASE_SECONDS, (lost) => this.run(run, stopping, lost)),
    });
  }

  onApplicationBootstrap(): void {
    this.worker.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.worker.stop();
  }

  private async run(run: Claimed<DueRun>, stopping: AbortSignal, lost: AbortSignal): Promise<void> {
    const pruner = await this.storage.get({ name: run.name });
    const tries = await this.schedule.begin(run);
    if (!pruner || tries === 0) return;
    const began = this.clock();
    const pruned =
      tries > MOST_TRIES ? givenUp() : await this.runner.prune(pruner, began, AbortSignal.any([stopping, lost]));
    if (lost.aborted) return;
    if (stopping.aborted) return this.schedule.giveBack(run);
    const ended = this.clock();
    const outcome = outcomeOf(pruned, began, ended);
    if (outcome.result === 'Failed') this.logger.warn(`a run failed: ${pruned.failures[0]}`);
    await this.schedule.finish(run, outcome, ended);
  }
}

function givenUp(): Pruned {
  const message = `the run was begun ${MOST_TRIES} times, and each time its process ended in the middle`;
  return { deleted: new PruneSummary().counts, message, failures: [message] };
}

function outcomeOf({ deleted, message, failures }: Pruned, began: Date, ended: Date): PruneOutcome {
  return {
    startTime: timeText(began),
    completionTime: timeText(ended),
    result: failures.length === 0 ? 'Succeeded' : 'Failed',
    message: message.slice(0, LONGEST_FAILURE),
    deleted,
    failures: failures.slice(0, FAILURES_KEPT).map((failure) => failure.slice(0, LONGEST_FAILURE)),
  };
}
