import { Inject, Injectable } from '@nestjs/common';
import { Database } from '@faktorz/persistence';
import { LEDGER_DAYS } from '../trigger-dispatcher.tokens.js';

const BATCH = 5_000;

/**
 * Forgets rows of the ledger that are older than asked for; of each tag at each object, the newest and the newest that was
 * written stay for as long as the object.
 */
@Injectable()
export class LedgerTrimmer {
  constructor(
    private readonly database: Database,
    @Inject(LEDGER_DAYS) private readonly days: number,
  ) {}

  async trim(): Promise<void> {
    let removed: unknown[];
    do {
      removed = await this.database.query(TRIM, [this.days, BATCH]);
    } while (removed.length === BATCH);
  }

  /** Forgets what became of triggers in a namespace of ours that goes away. */
  async forgetNamespace(namespace: string): Promise<void> {
    await this.database.query(`DELETE FROM trigger_record WHERE namespace = $1 AND cluster = ''`, [namespace]);
  }
}

const NEWER = `SELECT FROM trigger_record newer
   WHERE newer.target_id = record.target_id AND newer.tag = record.tag AND newer.position > record.position`;

const TRIM = `DELETE FROM trigger_record WHERE seq = ANY (ARRAY(
    SELECT seq FROM trigger_record record
     WHERE finished_at < now() - make_interval(days => $1)
       AND (EXISTS (${NEWER} AND (record.phase <> 'Written' OR newer.phase = 'Written'))
            OR NOT EXISTS (SELECT FROM trigger_target target WHERE target.id = record.target_id))
     ORDER BY finished_at LIMIT $2))
  RETURNING 1`;
