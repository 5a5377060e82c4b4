import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a service knows of events: how far it has read each owner, what it could not apply, how far its relay got. */
export class Messaging1700000002000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE consumer_cursor (
        service text NOT NULL,
        owner text NOT NULL,
        position bigint NOT NULL DEFAULT 0,
        advanced_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (service, owner)
      ) WITH (fillfactor = 50)`);
    await runner.query(`
      CREATE TABLE dead_letter (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        service text NOT NULL,
        owner text NOT NULL,
        position bigint NOT NULL,
        handler text NOT NULL,
        event jsonb NOT NULL,
        reason text NOT NULL,
        message text NOT NULL,
        attempts integer NOT NULL DEFAULT 1,
        failed_at timestamptz NOT NULL DEFAULT now(),
        UNIQUE (service, owner, position, handler)
      )`);
    await runner.query(`
      CREATE TABLE relay_progress (
        owner text PRIMARY KEY,
        published_position bigint NOT NULL DEFAULT 0,
        stream_created text NOT NULL DEFAULT ''
      ) WITH (fillfactor = 50)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE relay_progress');
    await runner.query('DROP TABLE dead_letter');
    await runner.query('DROP TABLE consumer_cursor');
  }
}
