import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { ApiError } from '@faktorz/apimachinery';
import { ChangeLog, Wakeups } from '@faktorz/persistence';
import { LedgerTrimmer } from '../ledger/ledger-trimmer.js';
import { PAUSED } from '../trigger-dispatcher.tokens.js';
import { LaneWorker } from '../work/lane-worker.js';
import { type ClaimedObject, LEASE_SECONDS } from './claim-objects.js';
import { ClusterCircuits, isClusterTrouble } from './cluster-circuits.js';
import { TRIGGERS_CHANNEL } from './index-lock.js';
import { TriggerLaneStore } from './trigger-lane.store.js';
import { TriggerRun } from './trigger-run.js';

/** Objects written at a time by one process. */
const CONCURRENCY = 16;
const CLAIM_AT_LEAST = 4;
const LONGEST_WAIT_SECONDS = 30;

/** Brings objects up to date with their tags; replicas share the objects. */
@Injectable()
export class TriggerWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(TriggerWorker.name);
  private readonly worker: LaneWorker<ClaimedObject>;

  constructor(
    wakeups: Wakeups,
    private readonly log: ChangeLog,
    private readonly lanes: TriggerLaneStore,
    private readonly runs: TriggerRun,
    private readonly circuits: ClusterCircuits,
    ledger: LedgerTrimmer,
    @Inject(PAUSED) isPaused: boolean,
  ) {
    this.worker = new LaneWorker({
      name: 'triggers',
      concurrency: CONCURRENCY,
      claimAtLeast: CLAIM_AT_LEAST,
      wakeups,
      channel: TRIGGERS_CHANNEL,
      isPaused,
      claim: (limit) => lanes.claim(limit),
      run: (row) => this.run(row),
      extend: (tokens) => lanes.extend(tokens, LEASE_SECONDS),
      leaseSeconds: LEASE_SECONDS,
      trim: () => ledger.trim(),
    });
  }

  onApplicationBootstrap(): void {
    this.worker.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.worker.stop();
  }

  private async run(row: ClaimedObject): Promise<void> {
    try {
      await this.runs.bringUpToDate(row);
      if (row.circuit_failures > 0) await this.circuits.close(row.cluster);
    } catch (error) {
      await this.fail(row, error);
    }
  }

  private async fail(row: ClaimedObject, error: unknown): Promise<void> {
    const message = error instanceof Error ? error.message : String(error);
    this.logger.warn(`${row.resource} ${row.namespace}/${row.name}: ${message}`);
    const seconds = Math.max(Math.min(LONGEST_WAIT_SECONDS, 2 ** Math.min(row.failures, 5)), retryAfterOf(error));
    await this.log.transaction((tx) => this.lanes.postpone(tx, row, message, seconds));
    if (isClusterTrouble(error)) await this.circuits.noteFailure(row.cluster, message);
  }
}

function retryAfterOf(error: unknown): number {
  return error instanceof ApiError ? (error.details?.retryAfterSeconds ?? 0) : 0;
}
