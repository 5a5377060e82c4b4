import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The versioned document store. `json`, not `jsonb`: objects go out with their fields in the order they came in. */
export class Documents1700000001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE document_head (
        resource text COLLATE "C" NOT NULL,
        namespace text COLLATE "C" NOT NULL,
        name text COLLATE "C" NOT NULL,
        position bigint NOT NULL,
        PRIMARY KEY (resource, namespace, name)
      ) WITH (fillfactor = 80)`);
    await runner.query(`
      CREATE TABLE document_version (
        resource text COLLATE "C" NOT NULL,
        namespace text COLLATE "C" NOT NULL,
        name text COLLATE "C" NOT NULL,
        uid text NOT NULL,
        valid_from bigint NOT NULL,
        valid_to bigint NOT NULL DEFAULT 9223372036854775807,
        labels jsonb NOT NULL DEFAULT '{}',
        document json NOT NULL,
        PRIMARY KEY (resource, namespace, name, valid_from)
      )`);
    await runner.query(`CREATE INDEX document_version_current ON document_version (resource, namespace, name)
      WHERE valid_to = 9223372036854775807`);
    await runner.query(`CREATE INDEX document_version_closed ON document_version (valid_to)
      WHERE valid_to < 9223372036854775807`);
    await runner.query('CREATE INDEX document_version_begun ON document_version (valid_from)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE document_version');
    await runner.query('DROP TABLE document_head');
  }
}
