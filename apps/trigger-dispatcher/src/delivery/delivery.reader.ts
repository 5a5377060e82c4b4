import { Injectable } from '@nestjs/common';
import { Database } from '@faktorz/persistence';
import type { DeliveryRow } from './delivery.js';

/** Which deliveries are wanted; what is absent does not matter. */
export interface DeliveryFilter {
  namespace?: string;
  webhook?: string;
  subject?: string;
  phase?: string;
}

/** After which delivery a page begins. */
export interface DeliveryCursor {
  namespace: string;
  webhook: string;
  seq: string;
}

const SELECT = `SELECT d.seq, d.webhook_uid, d.namespace, d.webhook, d.event_id, d.event_type, d.subject, d.phase, d.attempts,
    d.last_status, d.last_error, d.recorded_at, d.finished_at, lane.due_at
  FROM webhook_delivery d
  LEFT JOIN delivery_lane lane ON d.phase = 'Pending' AND lane.webhook_uid = d.webhook_uid AND lane.subject = d.subject
   AND lane.claim_token IS NULL`;

/** Deliveries as they are shown. */
@Injectable()
export class DeliveryReader {
  constructor(private readonly database: Database) {}

  async find(namespace: string, webhook: string, seq: string): Promise<DeliveryRow | undefined> {
    const [row] = await this.database.query<DeliveryRow>(
      `${SELECT} WHERE d.namespace = $1 AND d.webhook = $2 AND d.seq = $3`,
      [namespace, webhook, seq],
    );
    return row;
  }

  /** The next ones in order of namespace, webhook and number. */
  page(filter: DeliveryFilter, after: DeliveryCursor | undefined, limit: number): Promise<DeliveryRow[]> {
    const values: unknown[] = [];
    const parameter = (value: unknown) => `$${values.push(value)}`;
    const conditions = (['namespace', 'webhook', 'subject', 'phase'] as const)
      .filter((column) => filter[column] !== undefined)
      .map((column) => `d.${column} = ${parameter(filter[column])}`);
    if (after) {
      const { namespace, webhook, seq } = after;
      conditions.push(
        `(d.namespace, d.webhook, d.seq) > (${parameter(namespace)}, ${parameter(webhook)}, ${parameter(seq)}::bigint)`,
      );
    }
    const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
    return this.database.query<DeliveryRow>(
      `${SELECT} ${where} ORDER BY d.namespace, d.webhook, d.seq LIMIT ${parameter(limit)}`,
      values,
    );
  }
}
