import { readConfig, startWhenPossible, type RunningService } from '@faktorz/service-kit';
import { startTestNats, startTestPostgres } from '@faktorz/testing';
import { expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { authEnv } from '../src/auth.config.js';
import { AuthModule } from '../src/auth.module.js';

/** Longer than a service that runs waits for a connection. */
const AWAY_MS = 5000;

it('waits for a PostgreSQL that takes no more connections in the middle of the start', async () => {
  await using postgres = await startTestPostgres();
  await using nats = await startTestNats();
  const database = await postgres.createDatabase('auth');
  const administrator = new pg.Client(database.superuserUrl);
  await administrator.connect();
  // One is enough to begin with, and not to go on.
  await administrator.query('ALTER ROLE auth CONNECTION LIMIT 1');
  const config = readConfig(authEnv, {
    FAKTORZ_DATABASE_URL: database.url('auth'),
    FAKTORZ_NATS_URL: nats.url,
    FAKTORZ_LOG_LEVEL: 'fatal',
    FAKTORZ_AUTH_ENCRYPTION_KEYS: randomBytes(32).toString('base64'),
  });
  let service: RunningService | undefined;
  const started = startWhenPossible({ name: 'auth', config, module: AuthModule.with(config) }).then(
    (running) => (service = running),
  );
  await Promise.race([sleep(AWAY_MS), started]);
  expect(service).toBeUndefined();
  await administrator.query('ALTER ROLE auth CONNECTION LIMIT -1');
  await started;
  expect((await fetch(`${service!.url}/livez`)).status).toBe(200);
  await service!.stop();
  await administrator.end();
}, 60_000);
