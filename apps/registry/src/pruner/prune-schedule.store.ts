import { ApiError } from '@faktorz/apimachinery';
import {
  ChangeLog,
  type ChangeTransaction,
  type Claimed,
  claimWork,
  Database,
  type DocumentChange,
  type DocumentStorage,
} from '@faktorz/persistence';
import { serviceUser } from '@faktorz/service-kit';
import { Inject, Injectable } from '@nestjs/common';
import { type ImagePruner, type PruneOutcome, timeText } from './image-pruner.js';
import { PRUNER_STORAGE } from './pruner.tokens.js';
import { finishedStatus } from './pruner-status.js';

export const PRUNE_WORK = { table: 'prune_schedule', keyColumns: ['name'] };
export const PRUNE_CHANNEL = 'faktorz_registry_prune';
/** Extended while a run is under way; one that ended with its process is started again after so long. */
export const PRUNE_LEASE_SECONDS = 30;
const ATTEMPTS = 5;

/** A pruner that is due. */
export interface DueRun {
  name: string;
  due_at: Date;
  /** Processes that began this run and have not told how it ended. */
  tries: number;
}

/** Keeps the row of a pruner beside its object; to be called in the transaction that writes it. */
export async function keepScheduleUp(
  tx: ChangeTransaction,
  { type, object: { metadata, status } }: DocumentChange<ImagePruner>,
): Promise<void> {
  if (type === 'DELETED') {
    await tx.query('DELETE FROM prune_schedule WHERE name = $1', [metadata.name]);
    return;
  }
  await tx.query(
    `INSERT INTO prune_schedule (name, due_at) VALUES ($1, $2::timestamptz)
     ON CONFLICT (name) DO UPDATE SET due_at = excluded.due_at`,
    [metadata.name, status?.nextScheduleTime ?? null],
  );
}

/** When a run is due, and which replica has it. */
@Injectable()
export class PruneScheduleStore {
  constructor(
    private readonly database: Database,
    private readonly log: ChangeLog,
    @Inject(PRUNER_STORAGE) private readonly storage: DocumentStorage<ImagePruner>,
  ) {}

  /** The pruner, if it is due by `now` and no other replica has its run. */
  async claim(now: Date, leaseSeconds = PRUNE_LEASE_SECONDS): Promise<Claimed<DueRun>[]> {
    return claimWork<DueRun>(this.database, {
      ...PRUNE_WORK,
      where: 'due_at <= $1::timestamptz',
      values: [timeText(now)],
      limit: 1,
      leaseSeconds,
    });
  }

  /** Notes that the run begins, before anything is changed; how many processes have begun it by now. */
  async begin(run: Claimed<DueRun>): Promise<number> {
    const [row] = await this.database.query<{ tries: number }>(
      'UPDATE prune_schedule SET tries = tries + 1 WHERE name = $1 AND claim_token = $2 RETURNING tries',
      [run.name, run.claim_token],
    );
    return row?.tries ?? 0;
  }

  /** This process stops: another may begin at once, as if it had not tried. */
  async giveBack(run: Claimed<DueRun>): Promise<void> {
    await this.database.query(
      `UPDATE prune_schedule SET tries = greatest(tries - 1, 0), claim_token = NULL, claimed_until = NULL
       WHERE name = $1 AND claim_token = $2`,
      [run.name, run.claim_token],
    );
  }

  /** Writes what came of the run and when the next is due, unless another has the run by now. */
  async finish(run: Claimed<DueRun>, outcome: PruneOutcome, now: Date): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.log.transaction((tx) => this.finishIn(tx, { run, outcome, now }));
      } catch (error) {
        if (error instanceof ClaimLost) return;
        const isOvertaken = error instanceof ApiError && error.reason === 'Conflict';
        if (!isOvertaken || attempt === ATTEMPTS) throw error;
      }
    }
  }

  /** Object first, row second, as everybody who writes a pruner locks them. */
  private async finishIn(
    tx: ChangeTransaction,
    { run, outcome, now }: { run: Claimed<DueRun>; outcome: PruneOutcome; now: Date },
  ): Promise<void> {
    const pruner = await this.storage.getIn(tx, { name: run.name });
    if (!pruner) return;
    const context = { user: serviceUser('registry'), requestId: `prune:${run.claim_token}` };
    await this.storage.updateIn(tx, { ...pruner, status: finishedStatus(pruner, outcome, now) }, context);
    const ours = await tx.query(
      `UPDATE prune_schedule SET tries = 0, claim_token = NULL, claimed_until = NULL
       WHERE name = $1 AND claim_token = $2 RETURNING 1`,
      [run.name, run.claim_token],
    );
    if (ours.length === 0) throw new ClaimLost();
  }
}

/** Takes back what was written. */
class ClaimLost extends Error {}
