import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ApiError } from '@faktorz/apimachinery';
import { defineEvent } from '@faktorz/domain';
import { ChangeLog, type ChangeTransaction } from '@faktorz/persistence';
import { startTestPostgres, type TestNats, type TestPostgres } from '@faktorz/testing';
import { type INestApplicationContext, Injectable, type Type } from '@nestjs/common';
import { z } from 'zod';
import { type ConsumedEvent, Consumes, ConsumerStates, DeadLetters, type Rebuild, RebuildsFrom } from '../src/index.js';
import { startNatsWithUsers } from './support/nats.js';
import { expectSoon, startService } from './support/service.js';

const Moved = defineEvent('tag-tracker', 'Moved', z.object({ tag: z.string(), sentAtMs: z.number().optional() }));
const Unheard = defineEvent('tag-tracker', 'Unheard', z.object({}));

@Injectable()
class Recorder {
  static failing: Error | undefined;
  static failures = 0;
  static rebuilt: Rebuild[] = [];

  @Consumes(Moved)
  async record(event: ConsumedEvent<typeof Moved>, tx: ChangeTransaction): Promise<void> {
    await tx.query('INSERT INTO seen (position, tag) VALUES ($1, $2)', [event.position, event.data.tag]);
    if (event.data.tag === 'bad') throw new ApiError('Invalid', 'this tag is bad');
    if (event.data.tag === 'flaky' && Recorder.failures++ < 2) throw new Error('not yet');
  }

  @RebuildsFrom('tag-tracker')
  async rebuild(rebuild: Rebuild, tx: ChangeTransaction): Promise<void> {
    await tx.query('INSERT INTO seen (position, tag) VALUES ($1, $2)', [rebuild.head, 'rebuilt']);
    Recorder.rebuilt.push(rebuild);
  }
}

let postgres: TestPostgres;
let nats: TestNats;
let urls: { tracker: string; importer: string };
let apps: INestApplicationContext[] = [];

const start = async (name: string, databaseUrl: string, consumes: string[], providers: Type[]) => {
  const app = await startService(nats, { name, publishes: true, consumes, databaseUrl, providers });
  apps.push(app);
  return app;
};
const startTracker = () => start('tag-tracker', urls.tracker, [], []);
const startImporter = async () => {
  const app = await start('importer', urls.importer, ['tag-tracker'], [Recorder]);
  await app
    .get(ChangeLog)
    .database.query(
      'CREATE TABLE IF NOT EXISTS seen (position bigint PRIMARY KEY, tag text, at timestamptz DEFAULT clock_timestamp())',
    );
  return app;
};
const publish = (app: INestApplicationContext, tag: string) =>
  app.get(ChangeLog).transaction(async (tx) => {
    tx.record({ resource: 'imagestreams', namespace: 'ns', name: 's', uid: 'u', type: 'MODIFIED' });
    tx.publish({ definition: Moved, subject: `ns/s:${tag}`, namespace: 'ns', stream: 's.x', data: { tag } });
    if (tag === 'with-unheard') {
      tx.publish({ definition: Unheard, subject: 'ns/s', namespace: 'ns', stream: '', data: {} });
    }
  });
const seen = async (app: INestApplicationContext) =>
  (await app.get(ChangeLog).database.query<{ tag: string }>('SELECT tag FROM seen ORDER BY position')).map(
    (row) => row.tag,
  );
const cursor = async (app: INestApplicationContext) => {
  const [row] = await app.get(ChangeLog).database.query<{ position: string }>('SELECT position FROM consumer_cursor');
  return BigInt(row!.position);
};

jest.setTimeout(30_000);

beforeAll(async () => {
  postgres = await startTestPostgres({ synchronous_commit: 'on' });
}, 60_000);
afterAll(() => postgres.stop());

beforeEach(async () => {
  nats = await startNatsWithUsers();
  const database = await postgres.createDatabase('tag_tracker', 'importer');
  urls = { tracker: database.url('tag_tracker'), importer: database.url('importer') };
  Recorder.failures = 0;
  Recorder.rebuilt = [];
});
afterEach(async () => {
  for (const app of apps) await app.close();
  apps = [];
  await nats.stop();
}, 20_000);

describe('events', () => {
  it('reach handlers once and in order, and unknown ones advance the cursor', async () => {
    const tracker = await startTracker();
    const importer = await startImporter();
    const tags = Array.from({ length: 50 }, (_, n) => `t${n}`);
    for (const tag of tags) await publish(tracker, tag);
    await publish(tracker, 'with-unheard');
    await expectSoon(async () => expect(await seen(importer)).toEqual([...tags, 'with-unheard']));
    await expectSoon(async () => expect(await cursor(importer)).toBe(103n));
    await expectSoon(() => {
      const [state] = importer.get(ConsumerStates).list();
      expect(state).toMatchObject({ owner: 'tag-tracker', cursor: 103n, head: 103n });
      return Promise.resolve();
    });
  });

  it('lose nothing when the store is wiped, the server killed, or the consumer was away', async () => {
    const tracker = await startTracker();
    const importer = await startImporter();
    await publish(tracker, 'before');
    await expectSoon(async () => expect(await seen(importer)).toEqual(['before']));
    await nats.kill();
    await publish(tracker, 'during');
    await nats.restart({ wiped: true });
    await publish(tracker, 'after');
    await expectSoon(async () => expect(await seen(importer)).toEqual(['before', 'during', 'after']));
    await nats.kill();
    await nats.restart();
    await publish(tracker, 'restarted');
    await expectSoon(async () => expect(await seen(importer)).toEqual(['before', 'during', 'after', 'restarted']));
    await importer.close();
    apps = [tracker];
    await publish(tracker, 'away');
    await nats.kill();
    await nats.restart({ wiped: true });
    const again = await startImporter();
    await expectSoon(async () => expect((await seen(again)).at(-1)).toBe('away'));
    await publish(tracker, 'back');
    await expectSoon(async () => expect((await seen(again)).slice(-2)).toEqual(['away', 'back']));
  }, 40_000);

  it('are applied once by two replicas side by side, and relayed by whichever owner lives', async () => {
    const [one, other] = [await startTracker(), await startTracker()];
    const [a, b] = [await startImporter(), await startImporter()];
    const tags = Array.from({ length: 200 }, (_, n) => `t${n}`);
    for (const [n, tag] of tags.entries()) {
      await publish(n % 2 ? one : other, tag);
      if (n === 100) {
        await one.close();
        apps = [other, a, b];
        for (const rest of tags.slice(101)) await publish(other, rest);
        break;
      }
    }
    await expectSoon(async () => expect((await seen(a)).length).toBe(200));
    expect([...(await seen(b))].sort()).toEqual([...tags].sort());
  }, 30_000);

  it('outlive a kill of PostgreSQL', async () => {
    const tracker = await startTracker();
    const importer = await startImporter();
    await publish(tracker, 'before');
    await expectSoon(async () => expect(await seen(importer)).toEqual(['before']));
    await postgres.kill();
    await postgres.restart();
    await publish(tracker, 'after');
    await expectSoon(async () => expect(await seen(importer)).toEqual(['before', 'after']));
  }, 30_000);

  it('become dead letters when they cannot be applied, are retried when they may', async () => {
    const tracker = await startTracker();
    const importer = await startImporter();
    for (const tag of ['a', 'bad', 'flaky', 'b']) await publish(tracker, tag);
    await expectSoon(async () => expect(await seen(importer)).toEqual(['a', 'flaky', 'b']));
    const letters = await importer.get(DeadLetters).list();
    expect(letters).toMatchObject([
      { owner: 'tag-tracker', handler: 'Recorder.record', reason: 'Invalid', message: 'this tag is bad' },
    ]);
    await expect(importer.get(DeadLetters).replay(letters[0]!.id)).rejects.toThrow('this tag is bad');
    expect(await importer.get(DeadLetters).count()).toBe(1);
    expect(await importer.get(DeadLetters).discard(letters[0]!.id)).toBe(true);
    expect(Recorder.failures).toBe(3);
  }, 20_000);

  it('older than the log are replaced by a rebuild', async () => {
    const tracker = await startTracker();
    for (const tag of ['a', 'b', 'c']) await publish(tracker, tag);
    await tracker.get(ChangeLog).trim({ olderThanDays: 0, keepRows: 2 });
    await nats.kill();
    await nats.restart({ wiped: true });
    const importer = await startImporter();
    await expectSoon(async () => expect(await seen(importer)).toEqual(['rebuilt']));
    expect(Recorder.rebuilt).toEqual([{ owner: 'tag-tracker', head: 6n }]);
    await publish(tracker, 'd');
    await expectSoon(async () => expect(await seen(importer)).toEqual(['rebuilt', 'd']));
  }, 20_000);
});
