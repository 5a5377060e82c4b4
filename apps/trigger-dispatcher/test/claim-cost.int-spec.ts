import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database, openDataSource } from '@faktorz/persistence';
import { startTestPostgres, type TestPostgres } from '@faktorz/testing';
import type { DataSource } from 'typeorm';
import { claimStatement } from '../src/delivery/claim-lanes.js';
import { Webhooks1000000000001 } from '../src/migrations/1-webhooks.migration.js';

const PAGES_OF_A_GLANCE = 150;

let postgres: TestPostgres;
let dataSource: DataSource;
let database: Database;

beforeAll(async () => {
  postgres = await startTestPostgres();
  const url = (await postgres.createDatabase('trigger_dispatcher')).url('trigger_dispatcher');
  dataSource = await openDataSource({ name: 'trigger-dispatcher', url, migrations: [Webhooks1000000000001] });
  database = new Database(dataSource);
  await database.query(
    `INSERT INTO webhook_subscription (uid, namespace, name, url, secret_name, types, streams, tags, suspended, failing)
     SELECT gen_random_uuid(), 'team', 'hook-' || n, 'http://receiver/', 's', '{}', '{}', '{}', false, n = 1
       FROM generate_series(1, 50) n`,
  );
  await record('hook-%', 2_000, 'Delivered');
}, 60_000);
afterAll(async () => {
  await dataSource.destroy();
  await postgres.stop();
});

/** So many deliveries for each of these webhooks, of as many subjects. */
async function record(webhooks: string, count: number, phase: string): Promise<void> {
  await database.query(
    `INSERT INTO webhook_delivery (webhook_uid, namespace, webhook, event_id, event_type, subject, body, phase, finished_at)
     SELECT uid, namespace, name, $3 || n, 't', 'team/stream:' || n, repeat('x', 600), $3, CASE WHEN $3 <> 'Pending' THEN now() END
       FROM webhook_subscription, generate_series(1, $2::int) n WHERE name LIKE $1 ON CONFLICT DO NOTHING`,
    [webhooks, count, phase],
  );
  await database.query(
    `INSERT INTO delivery_lane (webhook_uid, subject)
     SELECT DISTINCT webhook_uid, subject FROM webhook_delivery WHERE phase = 'Pending' ON CONFLICT DO NOTHING`,
  );
  await database.query('ANALYZE');
}

/** Pages that a claim touches, and deliveries that it takes; it is taken back. */
async function claimed(): Promise<{ pages: number; rows: number }> {
  const { text, values } = claimStatement(1024);
  return database.withConnection(async (connection) => {
    await connection.query('BEGIN');
    const [answer] = await connection.query<{ 'QUERY PLAN': [{ Plan: Record<string, number> }] }>(
      `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${text}`,
      values,
    );
    await connection.query('ROLLBACK');
    const { Plan: plan } = answer!['QUERY PLAN'][0];
    return { pages: plan['Shared Hit Blocks']! + plan['Shared Read Blocks']!, rows: plan['Actual Rows']! };
  });
}

describe('a claim', () => {
  it('does not look at 100,000 finished deliveries', async () => {
    expect(await claimed()).toEqual({ rows: 0, pages: expect.any(Number) });
    expect((await claimed()).pages).toBeLessThan(PAGES_OF_A_GLANCE);
  });

  it('costs what 1,000 due ones cost, of which each webhook gets its share', async () => {
    await record('hook-%', 20, 'Pending');
    const { pages, rows } = await claimed();
    expect(rows).toBe(49 * 16 + 1);
    expect(pages / rows).toBeLessThan(40);
  });

  it('does not look at those that wait for their next attempt', async () => {
    await database.query(`UPDATE delivery_lane SET due_at = now() + interval '1 hour'`);
    await database.query('VACUUM ANALYZE delivery_lane');
    expect((await claimed()).pages).toBeLessThan(PAGES_OF_A_GLANCE);
  });

  it('takes one of a failing webhook that has 20,000 due, without looking at the others', async () => {
    await record('hook-1', 20_000, 'Pending');
    const { pages, rows } = await claimed();
    expect(rows).toBe(1);
    expect(pages).toBeLessThan(PAGES_OF_A_GLANCE);
  });
});
