import { randomUUID } from 'node:crypto';
import type { SqlStatement } from '@faktorz/persistence';

/** After this time without result or extension, another process may take the lane: one that took it has died. */
export const LEASE_SECONDS = 10;

/** Deliveries under way to one webhook, of all replicas: normally, and while its receiver fails. */
const PER_WEBHOOK = 16;
const PER_FAILING_WEBHOOK = 1;

/**
 * Claims lanes that are due and reads the delivery each of them is to send. The cost follows the webhooks that have due
 * lanes (found one by one along an index, however many lanes each has), not pending or finished deliveries. A webhook's
 * share is limited, so that a slow receiver fills no other's place. Of a claimed lane `due_at` is the end of the lease.
 */
export function claimStatement(limit: number): SqlStatement {
  return {
    text: `WITH RECURSIVE due AS (
        (SELECT webhook_uid FROM delivery_lane WHERE due_at <= now() ORDER BY webhook_uid LIMIT 1)
        UNION ALL
        SELECT (SELECT lane.webhook_uid FROM delivery_lane lane
                 WHERE lane.webhook_uid > due.webhook_uid AND lane.due_at <= now() ORDER BY lane.webhook_uid LIMIT 1)
          FROM due WHERE due.webhook_uid IS NOT NULL
      ), chosen AS MATERIALIZED (
        SELECT ready.row_id
          FROM due
          JOIN webhook_subscription webhook ON webhook.uid = due.webhook_uid AND NOT webhook.suspended
          CROSS JOIN LATERAL (
            SELECT CASE WHEN webhook.failing THEN ${PER_FAILING_WEBHOOK} ELSE ${PER_WEBHOOK} END - count(*) AS free
              FROM delivery_lane busy
             WHERE busy.webhook_uid = webhook.uid AND busy.claim_token IS NOT NULL AND busy.due_at > now()
          ) place
          CROSS JOIN LATERAL (
            SELECT lane.ctid AS row_id, lane.due_at FROM delivery_lane lane
             WHERE lane.webhook_uid = webhook.uid AND lane.due_at <= now()
             ORDER BY lane.due_at LIMIT greatest(place.free, 0) FOR UPDATE SKIP LOCKED
          ) ready
         ORDER BY ready.due_at LIMIT $1
      ), claimed AS (
        UPDATE delivery_lane lane SET claim_token = $2::uuid, due_at = now() + make_interval(secs => $3)
         -- Locked, so they stay where they are; as an array, so that no plan reads the whole table.
         WHERE lane.ctid = ANY (ARRAY(SELECT row_id FROM chosen))
        RETURNING lane.webhook_uid, lane.subject, lane.claim_token
      )
      SELECT claimed.claim_token, oldest.*, webhook.url, webhook.secret_name
        FROM claimed
        JOIN webhook_subscription webhook ON webhook.uid = claimed.webhook_uid
        CROSS JOIN LATERAL (
          SELECT seq, webhook_uid, namespace, webhook, event_id, event_type, subject, body, attempts
            FROM webhook_delivery delivery
           WHERE delivery.webhook_uid = claimed.webhook_uid AND delivery.subject = claimed.subject
             AND delivery.phase = 'Pending'
           ORDER BY delivery.seq LIMIT 1
        ) oldest`,
    values: [limit, randomUUID(), LEASE_SECONDS],
  };
}
