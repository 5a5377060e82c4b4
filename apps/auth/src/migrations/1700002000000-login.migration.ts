import { CLAIM_COLUMNS } from '@faktorz/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Passwords and logins under way; signing keys; upkeep of namespaces; the audit trail. */
export class Login1700002000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE user_password (
        user_uid text PRIMARY KEY,
        hash text NOT NULL,
        changed_at timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query(`
      CREATE TABLE login_backoff (
        subject text PRIMARY KEY,
        failures int NOT NULL,
        last_failed_at timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query(`
      CREATE TABLE authorization_code (
        hash text PRIMARY KEY,
        grant_of jsonb NOT NULL,
        expires_at timestamptz NOT NULL
      )`);
    await runner.query(`
      CREATE TABLE signing_key (
        kid text PRIMARY KEY,
        public_jwk jsonb NOT NULL,
        sealed text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query(`
      CREATE TABLE upkeep (
        namespace text NOT NULL,
        account text NOT NULL,
        revision bigint NOT NULL DEFAULT 0,
        due_at timestamptz NOT NULL DEFAULT now(),
        ${CLAIM_COLUMNS},
        PRIMARY KEY (namespace, account)
      )`);
    await runner.query('CREATE INDEX upkeep_due ON upkeep (due_at)');
    await runner.query(`
      CREATE TABLE audit_event (
        id text PRIMARY KEY,
        record jsonb NOT NULL,
        recorded_at timestamptz NOT NULL
      )`);
    await runner.query('CREATE INDEX audit_event_time ON audit_event (recorded_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [
      'audit_event',
      'upkeep',
      'signing_key',
      'authorization_code',
      'login_backoff',
      'user_password',
    ])
      await runner.query(`DROP TABLE ${table}`);
  }
}
