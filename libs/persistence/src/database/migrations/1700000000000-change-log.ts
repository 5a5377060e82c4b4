import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The change log and its counter (architecture, rule 2). */
export class ChangeLog1700000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE change_counter (
        only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
        position bigint NOT NULL DEFAULT 0,
        last_event_position bigint NOT NULL DEFAULT 0,
        -- what last_event_position was before the newest transaction: its first event's "previous"
        event_before bigint NOT NULL DEFAULT 0,
        -- rows up to here are gone
        floor bigint NOT NULL DEFAULT 0,
        -- the newest event among them
        event_floor bigint NOT NULL DEFAULT 0
      ) WITH (fillfactor = 50)`);
    await runner.query('INSERT INTO change_counter DEFAULT VALUES');
    await runner.query(`
      CREATE TABLE change_log (
        position bigint PRIMARY KEY,
        recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        resource text COLLATE "C" NOT NULL,
        namespace text COLLATE "C" NOT NULL,
        name text COLLATE "C" NOT NULL,
        uid text NOT NULL,
        change text NOT NULL CHECK (change IN ('ADDED', 'MODIFIED', 'DELETED', '')),
        event jsonb,
        event_previous bigint,
        event_subject text
      )`);
    await runner.query('CREATE INDEX change_log_events ON change_log (position) WHERE event IS NOT NULL');
    // For watches that begin far back: most rows of some logs carry an event alone.
    await runner.query("CREATE INDEX change_log_resources ON change_log (resource, position) WHERE resource <> ''");
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE change_log');
    await runner.query('DROP TABLE change_counter');
  }
}
