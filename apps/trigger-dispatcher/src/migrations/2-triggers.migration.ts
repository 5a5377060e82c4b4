import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The objects that name tags, and which of them have to be brought up to date. */
export class Triggers1000000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE trigger_target (
        resource text COLLATE "C" NOT NULL,
        namespace text COLLATE "C" NOT NULL,
        name text COLLATE "C" NOT NULL,
        uid text NOT NULL,
        -- resourceVersion of the state
        version bigint NOT NULL,
        state jsonb NOT NULL,
        -- namespace/stream:tag of every trigger that can fire
        tags text[] NOT NULL,
        -- set while the object may not show its tags
        due_at timestamptz DEFAULT now(),
        -- counts the reasons to look; one that comes during a run is not forgotten when it ends
        wanted bigint NOT NULL DEFAULT 1,
        failures int NOT NULL DEFAULT 0,
        claim_token uuid,
        claimed_until timestamptz,
        PRIMARY KEY (resource, namespace, name)
      );
      CREATE INDEX trigger_target_tags ON trigger_target USING gin (tags) WITH (fastupdate = off);
      CREATE INDEX trigger_target_due ON trigger_target (due_at) WHERE due_at IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE trigger_target');
  }
}
