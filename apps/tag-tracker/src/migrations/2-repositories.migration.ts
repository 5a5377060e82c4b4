import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The integrated registry lists streams as `namespace/name`, whose byte order is not that of the two columns. */
export class Repositories1000000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE INDEX image_stream_repository ON image_stream ((namespace || '/' || name) COLLATE "C")
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX image_stream_repository');
  }
}
