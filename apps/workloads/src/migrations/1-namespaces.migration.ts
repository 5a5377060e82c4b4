import { NAMESPACE_TABLES, NAMESPACE_TABLES_DOWN } from '@faktorz/namespaces';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is known of namespaces; the objects themselves are documents. */
export class Namespaces1000000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(NAMESPACE_TABLES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(NAMESPACE_TABLES_DOWN);
  }
}
