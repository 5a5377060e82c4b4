import { Injectable } from '@nestjs/common';
import { type ChangeTransaction, Database } from '@faktorz/persistence';
import { claimStatement } from './claim-lanes.js';
import type { DueDelivery } from './delivery.js';

/** Nudged when there may be something to send. */
export const DELIVERIES_CHANNEL = 'faktorz_trigger_dispatcher_deliveries';

const KEPT_DAYS = 7;

/** What an attempt came to. */
export interface AttemptResult {
  phase: 'Pending' | 'Delivered' | 'Failed';
  status?: number;
  error?: string;
  /** For `Pending`: until the next attempt. */
  delaySeconds?: number;
}

/** An attempt that has been made, and what it came to. */
export interface FinishedAttempt {
  row: DueDelivery;
  result: AttemptResult;
}

/** An event that a webhook has to be told of. */
export interface NewDelivery {
  webhookUid: string;
  event: { id: string; type: string; subject: string; body: string };
}

const RECORD = `WITH wanted AS (
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[])
      WITH ORDINALITY AS wanted (uid, event_id, event_type, subject, body, n)
  ), webhook AS (
    SELECT uid, namespace, name FROM webhook_subscription WHERE uid = ANY($1::uuid[]) FOR KEY SHARE
  ), added AS (
    INSERT INTO webhook_delivery (webhook_uid, namespace, webhook, event_id, event_type, subject, body)
    SELECT uid, namespace, name, event_id, event_type, subject, body FROM wanted JOIN webhook USING (uid) ORDER BY n
    ON CONFLICT (webhook_uid, event_id) DO NOTHING RETURNING webhook_uid, subject
  )
  INSERT INTO delivery_lane AS lane (webhook_uid, subject)
  SELECT DISTINCT webhook_uid, subject FROM added ORDER BY webhook_uid, subject
  ON CONFLICT (webhook_uid, subject) DO UPDATE SET due_at = lane.due_at WHERE false`;

const RESULT_COLUMNS =
  'seq bigint, webhook_uid uuid, subject text, claim_token uuid, phase text, status int, error text, delay_seconds float8';

/**
 * Locks the lanes whose claims still stand, and keeps their results in a setting of the transaction: the statements that
 * follow in the same round trip read them from there, each seeing what was recorded into the lanes before they were locked.
 */
const holdLanes = (
  alone: boolean,
): string => `SELECT set_config('faktorz.results', coalesce(json_agg(held)::text, '[]'), true) AS held
  FROM (SELECT result.* FROM delivery_lane lane
          JOIN jsonb_to_recordset($1::jsonb) AS result (${RESULT_COLUMNS}) USING (webhook_uid, subject, claim_token)
         ORDER BY lane.webhook_uid, lane.subject FOR UPDATE OF lane ${alone ? '' : 'SKIP LOCKED'}) held`;

const RESULTS = `result AS (
    SELECT * FROM jsonb_to_recordset(current_setting('faktorz.results')::jsonb) AS result (${RESULT_COLUMNS})
  )`;

const WRITE_RESULTS = `WITH ${RESULTS}
  UPDATE webhook_delivery delivery
     SET phase = result.phase, attempts = attempts + 1, last_status = result.status, last_error = result.error,
         finished_at = CASE WHEN result.phase = 'Pending' THEN NULL ELSE now() END
    FROM result WHERE delivery.seq = result.seq AND delivery.phase = 'Pending'`;

/** A lane without further deliveries goes; one with some is free again. */
const MOVE_LANES_ON = `WITH ${RESULTS}, lane_rest AS (
    SELECT webhook_uid, subject, delay_seconds, EXISTS (
             SELECT FROM webhook_delivery delivery
              WHERE delivery.webhook_uid = result.webhook_uid AND delivery.subject = result.subject AND phase = 'Pending'
           ) AS has_more
      FROM result
  ), emptied AS (
    DELETE FROM delivery_lane lane USING lane_rest rest
     WHERE NOT rest.has_more AND lane.webhook_uid = rest.webhook_uid AND lane.subject = rest.subject
  )
  UPDATE delivery_lane lane SET claim_token = NULL, due_at = now() + make_interval(secs => rest.delay_seconds)
    FROM lane_rest rest
   WHERE rest.has_more AND lane.webhook_uid = rest.webhook_uid AND lane.subject = rest.subject RETURNING 1`;

const NOTE_FAILING = `WITH ${RESULTS}, receiver AS (
    SELECT webhook_uid, bool_and(error IS NOT NULL) AS is_failing FROM result GROUP BY webhook_uid
  )
  UPDATE webhook_subscription webhook SET failing = is_failing
    FROM receiver WHERE webhook.uid = receiver.webhook_uid AND webhook.failing <> is_failing`;

function asResultRow({ row: { seq, webhook_uid, subject, claim_token }, result }: FinishedAttempt): object {
  const { phase, status, error, delaySeconds = 0 } = result;
  return { seq, webhook_uid, subject, claim_token, phase, status, error, delay_seconds: delaySeconds };
}

/** Deliveries to be made: rows of `webhook_delivery`, and for each webhook and subject with pending ones a lane. */
@Injectable()
export class DeliveryStore {
  constructor(private readonly database: Database) {}

  /**
   * Records, with the commit, what has to be sent to whom, in this order; each once, however often it is recorded. The
   * lanes are locked, so that whoever finishes the delivery before sees this one.
   */
  record(tx: ChangeTransaction, deliveries: readonly NewDelivery[]): void {
    if (deliveries.length === 0) return;
    const column = (value: (delivery: NewDelivery) => string): string[] => deliveries.map(value);
    tx.atCommit({
      text: RECORD,
      values: [
        column(({ webhookUid }) => webhookUid),
        column(({ event }) => event.id),
        column(({ event }) => event.type),
        column(({ event }) => event.subject),
        column(({ event }) => event.body),
      ],
    });
    tx.wake(DELIVERIES_CHANNEL);
  }

  /** Takes the oldest delivery of each of up to `limit` lanes that are due. */
  claim(limit: number): Promise<DueDelivery[]> {
    const { text, values } = claimStatement(limit);
    return this.database.query<DueDelivery>(text, values);
  }

  /** Keeps the claims of these tokens. */
  async extend(claimTokens: readonly string[], leaseSeconds: number): Promise<void> {
    await this.database.query(
      'UPDATE delivery_lane SET due_at = now() + make_interval(secs => $2) WHERE claim_token = ANY($1::uuid[])',
      [claimTokens, leaseSeconds],
    );
  }

  /** Gives a claim back, as if there had been no attempt. */
  async release(row: DueDelivery, delaySeconds: number): Promise<void> {
    await this.database.query(
      `UPDATE delivery_lane SET claim_token = NULL, due_at = now() + make_interval(secs => $4)
        WHERE webhook_uid = $1 AND subject = $2 AND claim_token = $3`,
      [row.webhook_uid, row.subject, row.claim_token, delaySeconds],
    );
  }

  /**
   * Writes the results of attempts whose claims still stand, and returns those. `alone`: one attempt, whose lane is waited for;
   * of several, those are passed over whose lanes somebody else has locked: events are recorded in an order of their own,
   * many in one transaction, so that waiting for one lane while holding another could last for ever.
   */
  async finish<Attempt extends FinishedAttempt>(
    tx: ChangeTransaction,
    attempts: readonly Attempt[],
    alone: boolean,
  ): Promise<Attempt[]> {
    const [[answer] = [], , goingOn = []] = await tx.queryAll([
      { text: holdLanes(alone), values: [JSON.stringify(attempts.map(asResultRow))] },
      { text: WRITE_RESULTS, values: [] },
      { text: MOVE_LANES_ON, values: [] },
      { text: NOTE_FAILING, values: [] },
    ]);
    if (goingOn.length > 0) tx.wake(DELIVERIES_CHANNEL);
    const held = new Set((JSON.parse(String(answer?.['held'])) as { seq: number }[]).map(({ seq }) => String(seq)));
    return attempts.filter(({ row }) => held.has(String(row.seq)));
  }

  /** Lets everything that waits for its next attempt be sent at once. */
  async sendNow(tx: ChangeTransaction, webhookUid: string): Promise<void> {
    await tx.query(
      'UPDATE delivery_lane SET due_at = now() WHERE webhook_uid = $1 AND claim_token IS NULL AND due_at > now()',
      [webhookUid],
    );
    tx.wake(DELIVERIES_CHANNEL);
  }

  /** What a deleted webhook was still to be told is told to nobody. */
  async cancel(tx: ChangeTransaction, webhookUid: string): Promise<void> {
    await tx.query('DELETE FROM delivery_lane WHERE webhook_uid = $1', [webhookUid]);
    await tx.query(
      `UPDATE webhook_delivery SET phase = 'Cancelled', finished_at = now() WHERE webhook_uid = $1 AND phase = 'Pending'`,
      [webhookUid],
    );
  }

  /** Forgets what ended long ago. */
  async trim(): Promise<void> {
    await this.database.query(`DELETE FROM webhook_delivery WHERE finished_at < now() - make_interval(days => $1)`, [
      KEPT_DAYS,
    ]);
  }
}
