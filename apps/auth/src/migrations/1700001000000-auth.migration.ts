import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Namespaces that are going; keys services sign identities with, and which owners have emptied a namespace that is going. */
export class Auth1700001000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE identity_key (
        kid text PRIMARY KEY,
        service text NOT NULL,
        jwk jsonb NOT NULL,
        seen_at timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query(`
      CREATE TABLE namespace_emptied (
        uid text NOT NULL,
        owner text NOT NULL,
        reported_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (uid, owner)
      )`);
    await runner.query(`
      CREATE INDEX namespaces_going ON document_version (name)
      WHERE resource = 'namespaces' AND valid_to = 9223372036854775807
        AND document -> 'metadata' ->> 'deletionTimestamp' IS NOT NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX namespaces_going');
    await runner.query('DROP TABLE namespace_emptied');
    await runner.query('DROP TABLE identity_key');
  }
}
