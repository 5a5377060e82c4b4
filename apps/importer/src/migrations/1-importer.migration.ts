import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Import results waiting for tag-tracker, imports waiting for a worker, and when scheduled tags are due. */
export class Importer1710000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE import_result (
        import_id uuid PRIMARY KEY,
        results json NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX import_result_age ON import_result (created_at);

      CREATE TABLE import_job (
        import_id uuid PRIMARY KEY,
        namespace text COLLATE "C" NOT NULL,
        stream text COLLATE "C" NOT NULL,
        -- order in which the jobs of one stream are worked on
        seq bigint GENERATED ALWAYS AS IDENTITY,
        request json NOT NULL,
        attempts integer NOT NULL DEFAULT 0,
        due_at timestamptz NOT NULL DEFAULT now(),
        claim_token uuid,
        claimed_until timestamptz
      );
      CREATE INDEX import_job_due ON import_job (due_at);
      CREATE INDEX import_job_stream ON import_job (namespace, stream, seq);

      CREATE TABLE check_schedule (
        namespace text COLLATE "C" NOT NULL,
        stream text COLLATE "C" NOT NULL,
        tag text COLLATE "C" NOT NULL,
        -- the stream's
        uid text NOT NULL,
        -- one entry of ImportRequested's items
        item json NOT NULL,
        -- what the registry answered last for the source itself: of a list, the list's digest
        upstream_digest text,
        -- reason and message of the last check if it failed
        failure text,
        failures integer NOT NULL DEFAULT 0,
        -- when tag-tracker last said that the tag still wants this
        confirmed_at timestamptz NOT NULL DEFAULT now(),
        due_at timestamptz NOT NULL,
        claim_token uuid,
        claimed_until timestamptz,
        PRIMARY KEY (namespace, stream, tag)
      ) WITH (fillfactor = 80);
      CREATE INDEX check_schedule_due ON check_schedule (due_at);

      -- how many checks all replicas together may make now
      CREATE TABLE check_budget (
        only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
        tokens double precision NOT NULL,
        refilled_at timestamptz NOT NULL DEFAULT now()
      ) WITH (fillfactor = 50);
      INSERT INTO check_budget (tokens) VALUES (0);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE check_budget, check_schedule, import_job, import_result');
  }
}
