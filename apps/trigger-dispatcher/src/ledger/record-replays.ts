import { Injectable } from '@nestjs/common';
import { ChangeLog, type ChangeTransaction } from '@faktorz/persistence';
import { holdIndex, TRIGGERS_CHANNEL } from '../trigger/index-lock.js';
import type { RecordCursor } from './trigger-record.reader.js';

/** What can be said to a wish to look at the object of a record again. */
export type RecordReplayOutcome = 'replayed' | 'no such record' | 'its object is gone' | 'a newer change has come';

/**
 * Has the object of a record looked at again, at once. Only the newest change of a tag can be replayed: no object goes back to
 * an older image.
 */
@Injectable()
export class RecordReplays {
  constructor(private readonly log: ChangeLog) {}

  replay({ namespace, name, seq }: RecordCursor): Promise<RecordReplayOutcome> {
    return this.log.transaction(async (tx) => {
      const [record] = await tx.query<Found>(FIND, [namespace, name, seq]);
      if (!record) return 'no such record';
      if (!record.is_there) return 'its object is gone';
      if (record.is_overtaken) return 'a newer change has come';
      await lookAt(tx, record);
      return 'replayed';
    });
  }
}

interface Found {
  target_id: string;
  cluster: string;
  is_there: boolean;
  is_overtaken: boolean;
}

async function lookAt(tx: ChangeTransaction, { target_id, cluster }: Found): Promise<void> {
  await tx.queryAll([
    holdIndex('shared'),
    {
      text: `INSERT INTO trigger_lane AS lane (target_id, cluster)
        SELECT id, $2 FROM trigger_target WHERE id = $1
        ON CONFLICT (target_id) DO UPDATE SET wanted = lane.wanted + 1, failures = 0,
               due_at = CASE WHEN lane.claim_token IS NULL THEN now() ELSE lane.due_at END`,
      values: [target_id, cluster],
    },
  ]);
  tx.wake(TRIGGERS_CHANNEL);
}

const FIND = `SELECT record.target_id, record.cluster,
         EXISTS (SELECT FROM trigger_target target WHERE target.id = record.target_id) AS is_there,
         EXISTS (SELECT FROM trigger_record newer WHERE newer.target_id = record.target_id AND newer.tag = record.tag
                   AND newer.position > record.position AND newer.image IS NOT NULL) AS is_overtaken
    FROM trigger_record record WHERE record.namespace = $1 AND record.name = $2 AND record.seq = $3`;
