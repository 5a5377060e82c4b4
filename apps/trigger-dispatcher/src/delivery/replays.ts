import { Injectable } from '@nestjs/common';
import { ChangeLog, type ChangeTransaction } from '@faktorz/persistence';
import { DELIVERIES_CHANNEL } from './delivery.store.js';

/** What can be said to a wish to send one delivery again. */
export type ReplayOutcome = 'replayed' | 'no such delivery' | 'its webhook is gone';

/** Sends deliveries again, under their old ids and from their first attempt. */
@Injectable()
export class Replays {
  constructor(private readonly log: ChangeLog) {}

  /** One delivery, whatever became of it. */
  replay(namespace: string, webhook: string, seq: string): Promise<ReplayOutcome> {
    return this.log.transaction(async (tx) => {
      const [found] = await tx.query<{ webhook_uid: string }>(
        'SELECT webhook_uid FROM webhook_delivery WHERE namespace = $1 AND webhook = $2 AND seq = $3',
        [namespace, webhook, seq],
      );
      if (!found) return 'no such delivery';
      const count = await replayWhere(tx, found.webhook_uid, 'd.seq = $2', [seq]);
      return count > 0 ? 'replayed' : 'its webhook is gone';
    });
  }

  /** Everything that the webhook's receiver never took; the number of deliveries. */
  replayFailed(webhookUid: string): Promise<number> {
    return this.log.transaction((tx) => replayWhere(tx, webhookUid, `d.phase = 'Failed'`, []));
  }
}

/** The lane is locked first, as recording does, and then due at once, unless something of it is under way. */
async function replayWhere(
  tx: ChangeTransaction,
  webhookUid: string,
  condition: string,
  values: readonly unknown[],
): Promise<number> {
  const rows = await tx.query(
    `WITH webhook AS (
       SELECT uid FROM webhook_subscription WHERE uid = $1 FOR KEY SHARE
     ), wanted AS (
       SELECT d.seq, d.webhook_uid, d.subject FROM webhook_delivery d JOIN webhook ON d.webhook_uid = webhook.uid WHERE ${condition}
     ), lanes AS (
       INSERT INTO delivery_lane AS lane (webhook_uid, subject) SELECT DISTINCT webhook_uid, subject FROM wanted
       ON CONFLICT (webhook_uid, subject) DO UPDATE
         SET due_at = CASE WHEN lane.claim_token IS NULL THEN now() ELSE lane.due_at END
     )
     UPDATE webhook_delivery d SET phase = 'Pending', attempts = 0, finished_at = NULL
       FROM wanted WHERE d.seq = wanted.seq RETURNING 1`,
    [webhookUid, ...values],
  );
  tx.wake(DELIVERIES_CHANNEL);
  return rows.length;
}
