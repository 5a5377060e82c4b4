import {
  ChangeFeed,
  ChangeLog,
  Database,
  type DocumentStorage,
  openDataSource,
  sessionOptions,
  Wakeups,
} from '@faktorz/persistence';
import { startTestPostgres } from '@faktorz/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { PruneSchedule1000000000002 } from '../src/migrations/2-prune-schedule.migration.js';
import { type ImagePruner, PRUNER_API_VERSION, type PruneOutcome } from '../src/pruner/image-pruner.js';
import { ImagePrunerStrategy } from '../src/pruner/image-pruner.strategy.js';
import { PruneScheduleStore } from '../src/pruner/prune-schedule.store.js';
import { prunerStorage } from '../src/pruner/pruner.providers.js';

jest.setTimeout(60_000);

const CONTEXT = { user: 'admin', requestId: 'test' };
const COUNTS = { images: 1, items: 2, streams: 1, layerLinks: 0, manifestLinks: 0, blobs: 3 };

let end: () => Promise<void>;
let database: Database;
let storage: DocumentStorage<ImagePruner>;
/** Two replicas on one database. */
let one: PruneScheduleStore;
let other: PruneScheduleStore;
let now = new Date('2026-03-04T12:00:00Z');
const strategy = new ImagePrunerStrategy(() => now);

beforeAll(async () => {
  const postgres = await startTestPostgres();
  const url = (await postgres.createDatabase('registry')).url('registry');
  const source = await openDataSource({ name: 'registry', url, migrations: [PruneSchedule1000000000002] });
  database = new Database(source);
  const wakeups = new Wakeups({ connectionString: url, options: sessionOptions('registry') });
  const log = new ChangeLog('registry', database, wakeups);
  storage = prunerStorage(log, new ChangeFeed(log));
  one = new PruneScheduleStore(database, log, storage);
  other = new PruneScheduleStore(database, log, storage);
  end = async () => {
    await wakeups.close();
    await source.destroy();
    await postgres.stop();
  };
}, 120_000);
afterAll(() => end());

beforeEach(async () => {
  now = new Date('2026-03-04T12:00:00Z');
  if (await storage.get({ name: 'cluster' })) await remove();
  const pruner = described({ schedule: '0 * * * *' });
  strategy.default(pruner);
  strategy.prepareForCreate(pruner);
  await storage.create(pruner, CONTEXT);
});

async function remove(): Promise<void> {
  const { metadata } = await current();
  await storage.delete({ name: 'cluster' }, metadata.resourceVersion ?? '', CONTEXT);
}

function described(spec: ImagePruner['spec']): ImagePruner {
  return { apiVersion: PRUNER_API_VERSION, kind: 'ImagePruner', metadata: { name: 'cluster' }, spec };
}

async function current(): Promise<ImagePruner> {
  const found = await storage.get({ name: 'cluster' });
  if (!found) throw new Error('there is no pruner');
  return found;
}

async function change(spec: ImagePruner['spec']): Promise<void> {
  const old = await current();
  const updated = { ...old, metadata: { ...old.metadata }, spec: { ...old.spec, ...spec } };
  strategy.prepareForUpdate(updated, old);
  await storage.update(updated, CONTEXT);
}

function outcome(result: PruneOutcome['result'], message = 'done'): PruneOutcome {
  const time = now.toISOString();
  return { startTime: time, completionTime: time, result, message, deleted: COUNTS };
}

/** As if the process that has the claim had ended long ago. */
async function endLease(): Promise<void> {
  await database.query(`UPDATE prune_schedule SET claimed_until = now() - interval '1 second'`);
}

describe('the schedule of pruning', () => {
  it('is claimed when it is due, by one replica of all', async () => {
    expect(await one.claim(new Date('2026-03-04T12:59:59Z'))).toEqual([]);
    now = new Date('2026-03-04T13:00:00Z');
    const claims = await Promise.all([one.claim(now), other.claim(now), one.claim(now), other.claim(now)]);
    expect(claims.flat()).toHaveLength(1);
  });

  it('goes to another replica when the first ended in the middle, and what the first tells late is not heard', async () => {
    now = new Date('2026-03-04T13:00:00Z');
    const [first] = await one.claim(now);
    expect(await one.begin(first!)).toBe(1);
    expect(await other.claim(now)).toEqual([]);
    await endLease();
    const [second] = await other.claim(now);
    expect(await other.begin(second!)).toBe(2);
    await one.finish(first!, outcome('Failed', 'late'), now);
    expect((await current()).status?.history ?? []).toEqual([]);
    await other.finish(second!, outcome('Succeeded'), now);
    expect((await current()).status?.history).toMatchObject([{ result: 'Succeeded', deleted: COUNTS }]);
    expect(await one.claim(now)).toEqual([]);
  });

  it('counts no try that was given back', async () => {
    now = new Date('2026-03-04T13:00:00Z');
    const [first] = await one.claim(now);
    await one.begin(first!);
    await one.giveBack(first!);
    const [second] = await other.claim(now);
    expect(await other.begin(second!)).toBe(1);
  });

  it('runs once for all times that were missed', async () => {
    now = new Date('2026-03-07T09:20:00Z');
    const [late] = await one.claim(now);
    await one.begin(late!);
    await one.finish(late!, outcome('Succeeded'), now);
    expect((await current()).status?.nextScheduleTime).toBe('2026-03-07T10:00:00Z');
    expect(await other.claim(now)).toEqual([]);
  });

  it('follows a changed spec, also one that changes while a run is under way', async () => {
    await change({ suspend: true });
    expect(await one.claim(new Date('2027-01-01T00:00:00Z'))).toEqual([]);
    await change({ suspend: false, schedule: '*/5 * * * *' });
    now = new Date('2026-03-04T12:05:00Z');
    const [run] = await one.claim(now);
    await one.begin(run!);
    await change({ suspend: true });
    await one.finish(run!, outcome('Succeeded'), now);
    const { status, spec } = await current();
    expect(spec.suspend).toBe(true);
    expect(status).toMatchObject({ observedGeneration: 4, history: [{ result: 'Succeeded' }] });
    expect(await other.claim(new Date('2027-01-01T00:00:00Z'))).toEqual([]);
  });

  it('keeps as many outcomes of each kind as it is told, and whether the last run failed', async () => {
    await change({ successfulJobsHistoryLimit: 1, failedJobsHistoryLimit: 2 });
    for (const result of ['Succeeded', 'Failed', 'Failed', 'Succeeded', 'Failed'] as const) {
      now = new Date(now.getTime() + 3_600_000);
      const [run] = await one.claim(now);
      await one.begin(run!);
      await one.finish(run!, outcome(result), now);
    }
    const { status } = await current();
    expect(status?.history?.map(({ result }) => result)).toEqual(['Failed', 'Succeeded', 'Failed']);
    expect(status?.conditions).toContainEqual(expect.objectContaining({ type: 'Failed', status: 'True' }));
  });

  it('ends with its pruner', async () => {
    await remove();
    expect(await database.query('SELECT 1 FROM prune_schedule')).toEqual([]);
  });
});
