import { describe, expect, it } from '@jest/globals';
import { connect } from '@nats-io/transport-node';
import pg from 'pg';
import { startTestNats, startTestPostgres } from '../src/index.js';

describe('servers for tests', () => {
  it('give every test a database of its own', async () => {
    await using postgres = await startTestPostgres();
    const first = await postgres.createDatabase('tag_tracker', 'auth');
    const second = await postgres.createDatabase('tag_tracker');
    for (const database of [first, second]) {
      const client = new pg.Client({ connectionString: database.url('tag_tracker') });
      await client.connect();
      await client.query('CREATE TABLE mine (id int)');
      expect((await client.query('SELECT current_schema() AS schema')).rows).toEqual([{ schema: 'tag_tracker' }]);
      await client.end();
    }
  });

  it('let a nats-server come back on its port', async () => {
    await using nats = await startTestNats();
    await nats.kill();
    await nats.restart({ wiped: true });
    const connection = await connect({ servers: nats.url });
    expect(connection.info?.jetstream).toBe(true);
    await connection.close();
  });
});
