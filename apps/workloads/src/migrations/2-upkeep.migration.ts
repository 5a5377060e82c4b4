import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The objects this service itself has to look at: configs to roll out, and what was left behind. */
export class Upkeep1000000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE upkeep (
        kind text NOT NULL,
        namespace text COLLATE "C" NOT NULL,
        name text COLLATE "C" NOT NULL,
        due_at timestamptz NOT NULL DEFAULT now(),
        -- counts the reasons to look; one that comes during a run is not forgotten when it ends
        wanted bigint NOT NULL DEFAULT 1,
        failures int NOT NULL DEFAULT 0,
        claim_token uuid,
        claimed_until timestamptz,
        PRIMARY KEY (kind, namespace, name)
      );
      CREATE INDEX upkeep_due ON upkeep (due_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE upkeep');
  }
}
