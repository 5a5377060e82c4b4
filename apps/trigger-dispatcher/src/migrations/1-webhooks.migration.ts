import { NAMESPACE_TABLES, NAMESPACE_TABLES_DOWN } from '@faktorz/namespaces';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Deliveries, the lanes they wait in, and of each webhook what is needed to decide which events it asked for. */
export class Webhooks1000000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE webhook_subscription (
        uid uuid PRIMARY KEY,
        namespace text COLLATE "C" NOT NULL,
        name text COLLATE "C" NOT NULL,
        url text NOT NULL,
        secret_name text NOT NULL,
        types text[] NOT NULL,
        streams text[] NOT NULL,
        tags text[] NOT NULL,
        suspended boolean NOT NULL,
        -- the last attempt failed: it gets fewer at a time
        failing boolean NOT NULL DEFAULT false,
        UNIQUE (namespace, name)
      );

      CREATE TABLE webhook_delivery (
        seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        webhook_uid uuid NOT NULL,
        namespace text COLLATE "C" NOT NULL,
        webhook text COLLATE "C" NOT NULL,
        event_id text NOT NULL,
        event_type text NOT NULL,
        subject text COLLATE "C" NOT NULL,
        -- the CloudEvent as it is sent, byte for byte the same in every attempt
        body text NOT NULL,
        phase text NOT NULL DEFAULT 'Pending',
        attempts int NOT NULL DEFAULT 0,
        last_status int,
        last_error text,
        recorded_at timestamptz NOT NULL DEFAULT now(),
        finished_at timestamptz,
        UNIQUE (webhook_uid, event_id)
      );
      CREATE INDEX webhook_delivery_pending ON webhook_delivery (webhook_uid, subject, seq) WHERE phase = 'Pending';
      CREATE INDEX webhook_delivery_failed ON webhook_delivery (webhook_uid, seq) WHERE phase = 'Failed';
      CREATE INDEX webhook_delivery_by_name ON webhook_delivery (namespace, webhook, seq);
      CREATE INDEX webhook_delivery_finished ON webhook_delivery (finished_at) WHERE finished_at IS NOT NULL;

      -- One row for each webhook and subject with pending deliveries. Of a lane the oldest delivery is sent, alone.
      CREATE TABLE delivery_lane (
        webhook_uid uuid NOT NULL,
        subject text COLLATE "C" NOT NULL,
        -- the next attempt; of a claimed lane the end of the lease
        due_at timestamptz NOT NULL DEFAULT now(),
        claim_token uuid,
        PRIMARY KEY (webhook_uid, subject)
      ) WITH (fillfactor = 70);
      CREATE INDEX delivery_lane_due ON delivery_lane (webhook_uid, due_at);
      CREATE INDEX delivery_lane_claimed ON delivery_lane (claim_token, webhook_uid) WHERE claim_token IS NOT NULL;
      CREATE INDEX delivery_lane_busy ON delivery_lane (webhook_uid) WHERE claim_token IS NOT NULL;

      ${NAMESPACE_TABLES}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE delivery_lane, webhook_delivery, webhook_subscription');
    await runner.query(NAMESPACE_TABLES_DOWN);
  }
}
