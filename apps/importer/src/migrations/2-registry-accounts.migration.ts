import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What registries allow the accounts we ask them with, and which account each scheduled tag is checked with. */
export class RegistryAccounts1720000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE registry_account (
        registry text COLLATE "C" NOT NULL,
        -- '' without credentials, '*' for tags of which it is not known yet
        account text COLLATE "C" NOT NULL,
        -- requests for content since spent_since, of all replicas
        spent bigint NOT NULL DEFAULT 0,
        spent_since timestamptz NOT NULL DEFAULT now(),
        -- as the registry said in its last answer that said so
        limit_requests integer,
        window_seconds integer,
        remaining integer,
        told_at timestamptz,
        -- how long 'remaining' may be believed
        remaining_until timestamptz,
        -- times in a row that the registry refused, was too slow or not there
        failures integer NOT NULL DEFAULT 0,
        failed_at timestamptz,
        back_off_until timestamptz,
        -- refused (429), trouble, scarce (little is left of the limit)
        back_off_reason text,
        last_error text,
        last_error_at timestamptz,
        used_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (registry, account)
      ) WITH (fillfactor = 50);

      ALTER TABLE check_schedule ADD COLUMN registry text COLLATE "C", ADD COLUMN account text COLLATE "C" NOT NULL DEFAULT '*';
      UPDATE check_schedule SET registry =
        CASE WHEN item->>'from' ~ '^(localhost|[^/]*[.:][^/]*)/' THEN split_part(item->>'from', '/', 1) ELSE 'docker.io' END;
      INSERT INTO registry_account (registry, account) SELECT DISTINCT registry, account FROM check_schedule;
      ALTER TABLE check_schedule ALTER COLUMN registry SET NOT NULL,
        ADD FOREIGN KEY (registry, account) REFERENCES registry_account;
      CREATE INDEX check_schedule_turn ON check_schedule (registry, account, due_at);
      DROP INDEX check_schedule_due;

      ALTER TABLE import_job ADD COLUMN registry text COLLATE "C" NOT NULL DEFAULT '';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE import_job DROP COLUMN registry;
      ALTER TABLE check_schedule DROP COLUMN registry, DROP COLUMN account;
      CREATE INDEX check_schedule_due ON check_schedule (due_at);
      DROP TABLE registry_account;
    `);
  }
}
