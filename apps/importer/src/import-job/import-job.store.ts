import type { DataOf, ImportRequested } from '@faktorz/domain';
import { claimWork, Database, lockClaim, type ChangeTransaction, type Claimed } from '@faktorz/persistence';
import { Injectable } from '@nestjs/common';
import { registryOf } from '../registry-account/account-key.js';

/** Nudged when there is an import to make. */
export const IMPORT_JOBS_CHANNEL = 'faktorz_importer_jobs';

export const IMPORT_JOB_WORK = { table: 'import_job', keyColumns: ['import_id'] };
/** Extended while the import is under way. Of one killed with its process, the stream's next imports wait so long. */
export const IMPORT_JOB_LEASE_SECONDS = 15;

/** A background import: one `ImportRequested` that waits for a worker. */
export interface ImportJob {
  import_id: string;
  namespace: string;
  stream: string;
  /** Of its first image. */
  registry: string;
  request: DataOf<typeof ImportRequested>;
  attempts: number;
}

const LONGEST_DELAY_SECONDS = 300;

/** The imports recorded and not yet made; of one stream, one is made at a time, in the order of asking. */
@Injectable()
export class ImportJobStore {
  constructor(private readonly database: Database) {}

  async add(tx: ChangeTransaction, request: DataOf<typeof ImportRequested>): Promise<void> {
    await tx.query(
      `INSERT INTO import_job (import_id, namespace, stream, request, registry) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (import_id) DO NOTHING`,
      [request.importId, request.namespace, request.stream, JSON.stringify(request), firstRegistry(request)],
    );
    tx.wake(IMPORT_JOBS_CHANNEL);
  }

  /** Imports for a deleted stream are no longer wanted; those for a new one of the same name stay. */
  async removeStream(
    tx: ChangeTransaction,
    { namespace, stream, uid }: { namespace: string; stream: string; uid: string },
  ): Promise<void> {
    await tx.query(`DELETE FROM import_job WHERE namespace = $1 AND stream = $2 AND request->>'uid' = $3`, [
      namespace,
      stream,
      uid,
    ]);
  }

  /** None that begins at one of the `busy` registries. */
  claim(limit: number, busy: readonly string[] = []): Promise<Claimed<ImportJob>[]> {
    return claimWork<ImportJob>(this.database, {
      ...IMPORT_JOB_WORK,
      where: 'due_at <= now() AND registry <> ALL ($1)',
      values: [busy],
      orderBy: 'seq',
      oneAtATime: { columns: ['namespace', 'stream'], orderBy: 'seq', unfinished: 'true' },
      limit,
      leaseSeconds: IMPORT_JOB_LEASE_SECONDS,
    });
  }

  /** Ends the job in the transaction that writes its result; false when it is no longer ours. */
  async finish(tx: ChangeTransaction, job: Claimed<ImportJob>): Promise<boolean> {
    if (!(await lockClaim(tx, IMPORT_JOB_WORK, job))) return false;
    await tx.query('DELETE FROM import_job WHERE import_id = $1', [job.import_id]);
    tx.wake(IMPORT_JOBS_CHANNEL); // the stream's next one may be waiting
    return true;
  }

  /** Gives the job back, to be tried again after a while. */
  async retryLater(job: Claimed<ImportJob>): Promise<void> {
    await this.database.query(
      `UPDATE import_job SET attempts = attempts + 1, due_at = now() + make_interval(secs => $2), claim_token = NULL, claimed_until = NULL
       WHERE import_id = $1 AND claim_token = $3`,
      [job.import_id, Math.min(2 ** job.attempts, LONGEST_DELAY_SECONDS), job.claim_token],
    );
  }
}

function firstRegistry({ items, repository }: DataOf<typeof ImportRequested>): string {
  return registryOf(repository?.from ?? items[0]?.from ?? '');
}
