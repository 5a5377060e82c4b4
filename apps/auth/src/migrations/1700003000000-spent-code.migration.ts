import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Codes that were redeemed are remembered, with the token they were redeemed for. */
export class SpentCode1700003000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE authorization_code
        ADD COLUMN spent boolean NOT NULL DEFAULT false,
        ADD COLUMN token_name text`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE authorization_code DROP COLUMN spent, DROP COLUMN token_name');
  }
}
