import { CLAIM_COLUMNS } from '@faktorz/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When images are pruned next. */
export class PruneSchedule1000000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE prune_schedule (
        -- of the ImagePruner
        name text COLLATE "C" PRIMARY KEY,
        -- null: suspended
        due_at timestamptz,
        -- processes that began the run that is due, and have not told how it ended
        tries int NOT NULL DEFAULT 0,
        ${CLAIM_COLUMNS}
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE prune_schedule');
  }
}
