import type { KubeObject } from '@faktorz/apimachinery';
import { EVENTS_API_VERSION } from '../webhook/webhook.js';

/**
 * Pending: to be sent, now or later. Delivered: the receiver took it. Failed: given up. Cancelled: its webhook is gone.
 */
export type DeliveryPhase = 'Pending' | 'Delivered' | 'Failed' | 'Cancelled';

/** One event on its way to one webhook, as a row. */
export interface DeliveryRow {
  seq: string;
  webhook_uid: string;
  namespace: string;
  webhook: string;
  event_id: string;
  event_type: string;
  subject: string;
  phase: DeliveryPhase;
  attempts: number;
  last_status: number | null;
  last_error: string | null;
  recorded_at: Date;
  finished_at: Date | null;
  /** Of pending ones that are not being sent: when the next attempt is due at the earliest. */
  due_at: Date | null;
}

/** A delivery to be sent now, with what that takes. */
export interface DueDelivery {
  seq: string;
  webhook_uid: string;
  namespace: string;
  webhook: string;
  event_id: string;
  event_type: string;
  subject: string;
  body: string;
  attempts: number;
  url: string;
  secret_name: string;
  claim_token: string;
}

/** One event on its way to one webhook, in its API shape; read-only. */
export interface WebhookDelivery extends KubeObject {
  spec: { webhook: string; eventId: string; type: string; subject: string };
  status: {
    phase: DeliveryPhase;
    attempts: number;
    nextAttempt?: string;
    finished?: string;
    lastStatus?: number;
    lastError?: string;
  };
}

/** The label of a delivery that names its webhook. */
export const WEBHOOK_LABEL = 'events.faktorz.io/webhook';

/** A delivery's name: its webhook's, and its number. */
export function deliveryName(row: Pick<DeliveryRow, 'webhook' | 'seq'>): string {
  return `${row.webhook}.${row.seq}`;
}

/** The parts of a delivery's name; `undefined` when it is none. */
export function deliveryNumber(name: string): { webhook: string; seq: string } | undefined {
  const match = /^(.+)\.([1-9][0-9]{0,17})$/.exec(name);
  return match ? { webhook: match[1]!, seq: match[2]! } : undefined;
}

/** A delivery as the API shows it. */
export function webhookDelivery(row: DeliveryRow): WebhookDelivery {
  return {
    apiVersion: EVENTS_API_VERSION,
    kind: 'WebhookDelivery',
    metadata: {
      name: deliveryName(row),
      namespace: row.namespace,
      creationTimestamp: row.recorded_at.toISOString().replace(/\.\d+Z$/, 'Z'),
      // A webhook's name may be longer than a label's value.
      ...(row.webhook.length <= 63 && { labels: { [WEBHOOK_LABEL]: row.webhook } }),
    },
    spec: { webhook: row.webhook, eventId: row.event_id, type: row.event_type, subject: row.subject },
    status: {
      phase: row.phase,
      attempts: row.attempts,
      ...(row.due_at && { nextAttempt: row.due_at.toISOString() }),
      ...(row.finished_at && { finished: row.finished_at.toISOString() }),
      ...(row.last_status !== null && { lastStatus: row.last_status }),
      ...(row.last_error !== null && { lastError: row.last_error }),
    },
  };
}
