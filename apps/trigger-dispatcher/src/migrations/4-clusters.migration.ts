import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which process watches which cluster. */
export class Clusters1000000000004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE cluster_watch (
        -- name of the Cluster; empty: our own store
        cluster text COLLATE "C" PRIMARY KEY,
        suspended boolean NOT NULL DEFAULT false,
        -- by then no process goes by what the Cluster said before
        not_before timestamptz NOT NULL DEFAULT now(),
        claim_token uuid,
        claimed_until timestamptz
      );
      INSERT INTO cluster_watch (cluster) VALUES ('');
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE cluster_watch');
  }
}
