import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { KubeObject, ListPage, ObjectChange } from '@faktorz/apimachinery';
import { startTestPostgres, type TestPostgres } from '@faktorz/testing';
import { claimWork, DocumentStorage, extendClaim, holdingClaim, lockClaim, Worker } from '../src/index.js';
import { type Bench, openBench } from './support/bench.js';

interface Widget extends KubeObject {
  spec: { size: number; secret?: string };
}

const context = { user: 'alice', requestId: 'r1' };
const widget = (name: string, size = 1, labels: Record<string, string> = {}, namespace = 'ns'): Widget => ({
  apiVersion: 'example.org/v1',
  kind: 'Widget',
  metadata: { name, namespace, labels },
  spec: { size },
});

let postgres: TestPostgres;
let bench: Bench;
let widgets: DocumentStorage<Widget>;

jest.setTimeout(30_000);

beforeAll(async () => {
  postgres = await startTestPostgres();
}, 60_000);
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  await postgres.stop();
});
beforeEach(async () => {
  await bench?.[Symbol.asyncDispose]();
  bench = await openBench('keeper', (await postgres.createDatabase('keeper')).url('keeper'));
  widgets = new DocumentStorage<Widget>(bench.log, bench.feed, {
    resource: 'widgets.example.org',
    apiVersion: 'example.org/v1',
    kind: 'Widget',
  });
});

async function items<T extends KubeObject>(page: ListPage<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of page.items) all.push(item);
  return all;
}
const names = (objects: KubeObject[]) =>
  objects.map((object) => `${object.metadata.namespace}/${object.metadata.name}`);

describe('document storage', () => {
  it('compares resourceVersions before it writes', async () => {
    const created = await widgets.create(widget('a'), context);
    expect(created.metadata.resourceVersion).toBe('1');
    await expect(widgets.create(widget('a'), context)).rejects.toMatchObject({
      reason: 'AlreadyExists',
      message: 'widgets.example.org "a" already exists',
      details: { name: 'a', group: 'example.org', kind: 'widgets' },
    });
    const updated = await widgets.update({ ...created, spec: { size: 2 } }, context);
    expect(updated.metadata).toMatchObject({ resourceVersion: '2', uid: created.metadata.uid });
    await expect(widgets.update({ ...created, spec: { size: 3 } }, context)).rejects.toMatchObject({
      reason: 'Conflict',
    });
    expect(await widgets.update(updated, context)).toEqual(updated);
    expect(await widgets.head()).toBe(2n);
    await expect(widgets.delete({ namespace: 'ns', name: 'a' }, '1', context)).rejects.toMatchObject({
      reason: 'Conflict',
    });
    const deleted = await widgets.delete({ namespace: 'ns', name: 'a' }, '2', context);
    expect(deleted).toMatchObject({ spec: { size: 2 }, metadata: { resourceVersion: '3' } });
    expect(await widgets.get({ namespace: 'ns', name: 'a' })).toBeUndefined();
    await expect(widgets.update(updated, context)).rejects.toMatchObject({ reason: 'NotFound' });
    expect((await widgets.create(widget('a'), context)).metadata.resourceVersion).toBe('4');
  });

  it('lets one of many concurrent writers of a version win', async () => {
    const created = await widgets.create(widget('a', 0), context);
    const results = await Promise.allSettled(
      Array.from({ length: 8 }, (_, size) => widgets.update({ ...created, spec: { size: size + 1 } }, context)),
    );
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    const creations = await Promise.allSettled(Array.from({ length: 8 }, () => widgets.create(widget('b'), context)));
    expect(creations.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
  });

  it('lists as of a position, page by page, whatever happens meanwhile', async () => {
    for (const name of ['b', 'a', 'B', 'd', 'c']) await widgets.create(widget(name), context);
    await widgets.create(widget('z', 1, {}, 'aa'), context);
    const first = await widgets.list({ limit: 2 });
    expect(names(await items(first))).toEqual(['aa/z', 'ns/B']);
    const rest = first.rest();
    expect(rest).toEqual({ next: { namespace: 'ns', name: 'B' }, remaining: 4 });
    const a = (await widgets.get({ namespace: 'ns', name: 'a' }))!;
    await widgets.update({ ...a, spec: { size: 9 } }, context);
    await widgets.delete({ namespace: 'ns', name: 'd' }, '4', context);
    await widgets.create(widget('cc'), context);
    const second = await widgets.list({ limit: 10, after: rest.next, at: first.position });
    const objects = await items(second);
    expect(names(objects)).toEqual(['ns/a', 'ns/b', 'ns/c', 'ns/d']);
    expect(objects[0]!.spec.size).toBe(1);
    expect(second.rest()).toEqual({});
    expect(names(await items(await widgets.list({ namespace: 'ns' })))).toEqual(
      ['B', 'a', 'b', 'c', 'cc'].map((name) => `ns/${name}`),
    );
    await expect(widgets.list({ at: 999n })).rejects.toMatchObject({ reason: 'Timeout' });
    await bench.log.trim({ olderThanDays: 0, keepRows: 1 });
    await expect(widgets.list({ at: first.position })).rejects.toMatchObject({ reason: 'Expired' });
    expect(await bench.database.query('SELECT count(*)::int AS n FROM document_version')).toEqual([{ n: 6 }]);
  });

  it('selects by labels and fields', async () => {
    await widgets.create(widget('a', 1, { app: 'x', tier: 'front' }), context);
    await widgets.create(widget('b', 2, { app: 'y' }), context);
    await widgets.create(widget('c', 2), context);
    const listed = async (...labels: [string, '=' | '!=' | 'in' | 'notin' | 'exists' | '!', ...string[]][]) =>
      names(
        await items(
          await widgets.list({ labels: labels.map(([key, operator, ...values]) => ({ key, operator, values })) }),
        ),
      ).map((name) => name.slice(3));
    expect(await listed(['app', '=', 'x'])).toEqual(['a']);
    expect(await listed(['app', '!=', 'x'])).toEqual(['b', 'c']);
    expect(await listed(['app', 'in', 'x', 'y'])).toEqual(['a', 'b']);
    expect(await listed(['app', 'notin', 'x'])).toEqual(['b', 'c']);
    expect(await listed(['app', 'exists'], ['tier', '!'])).toEqual(['b']);
    const bySize = await widgets.list({ fields: [{ field: 'spec.size', operator: '=', value: '2' }], limit: 1 });
    expect(names(await items(bySize))).toEqual(['ns/b']);
    expect(bySize.rest().next).toEqual({ namespace: 'ns', name: 'b' });
    const byName = await widgets.list({ fields: [{ field: 'metadata.name', operator: '!=', value: 'b' }] });
    expect(names(await items(byName))).toEqual(['ns/a', 'ns/c']);
  });

  it('shows every change once, with the object as of its position and as it was before', async () => {
    const abort = new AbortController();
    const watch = async () => {
      const seen: ObjectChange<Widget>[] = [];
      for await (const change of widgets.changes({ after: 0n, withPrevious: true }, abort.signal)) {
        if (change.type === 'PROGRESS') continue;
        seen.push(change);
        if (change.type === 'DELETED') abort.abort();
      }
      return seen;
    };
    const watching = Promise.all([watch(), watch()]);
    let current = await widgets.create(widget('a', 1), context);
    for (let size = 2; size < 6; size += 1) current = await widgets.update({ ...current, spec: { size } }, context);
    await widgets.delete({ namespace: 'ns', name: 'a' }, current.metadata.resourceVersion!, context);
    const [one, other] = await watching;
    expect(
      one.map((change) => [change.type, change.position, change.object.spec.size, change.previous?.spec.size]),
    ).toEqual([
      ['ADDED', 1n, 1, undefined],
      ['MODIFIED', 2n, 2, 1],
      ['MODIFIED', 3n, 3, 2],
      ['MODIFIED', 4n, 4, 3],
      ['MODIFIED', 5n, 5, 4],
      ['DELETED', 6n, 5, undefined],
    ]);
    expect(one.map((change) => change.object.metadata.resourceVersion)).toEqual(['1', '2', '3', '4', '5', '6']);
    expect(other).toEqual(one);
    expect(other[0]!.object).not.toBe(one[0]!.object);
  });

  it('stores what the cipher made of the object, and combines writes in one transaction', async () => {
    const sealed = new DocumentStorage<Widget>(bench.log, bench.feed, {
      resource: 'sealed',
      apiVersion: 'v1',
      kind: 'Widget',
      cipher: {
        seal: (object) => ({ ...object, spec: { hidden: Buffer.from(JSON.stringify(object.spec)).toString('hex') } }),
        open: (stored) => {
          const { spec } = stored as { spec: { hidden: string } };
          return { ...stored, spec: JSON.parse(Buffer.from(spec.hidden, 'hex').toString()) } as Widget;
        },
      },
    });
    const [a, b] = await bench.log.transaction(async (tx) => [
      await sealed.createIn(tx, { ...widget('a'), spec: { size: 1, secret: 'hush' } }, context),
      await widgets.createIn(tx, widget('b'), context),
    ]);
    expect([a!.metadata.resourceVersion, b!.metadata.resourceVersion]).toEqual(['1', '2']);
    expect((await sealed.get({ namespace: 'ns', name: 'a' }))!.spec.secret).toBe('hush');
    const [row] = await bench.database.query<{ document: unknown }>(
      "SELECT document FROM document_version WHERE resource = 'sealed'",
    );
    expect(JSON.stringify(row!.document)).not.toContain('hush');
  });

  it('streams long lists in order', async () => {
    await bench.log.transaction(async (tx) => {
      for (let n = 0; n < 1203; n += 1) await widgets.createIn(tx, widget(`w${String(n).padStart(5, '0')}`), context);
    });
    expect(await items(await widgets.list({}))).toHaveLength(1203);
    const page = await widgets.list({ limit: 1000 });
    expect(await items(page)).toHaveLength(1000);
    expect(page.rest()).toEqual({ next: { namespace: 'ns', name: 'w00999' }, remaining: 203 });
    const last = await widgets.list({ limit: 203, after: page.rest().next });
    expect(await items(last)).toHaveLength(203);
    expect(last.rest()).toEqual({});
  });
});

describe('work queue', () => {
  const work = { table: 'job', keyColumns: ['id'] };
  beforeEach(async () => {
    await bench.database.query(
      'CREATE TABLE job (id int PRIMARY KEY, hook text, done int DEFAULT 0, claim_token uuid, claimed_until timestamptz)',
    );
  });

  it('gives each row to one worker, one of a group at a time, in order', async () => {
    await bench.database.query("INSERT INTO job (id, hook) SELECT n, 'h' || n % 5 FROM generate_series(1, 100) n");
    const order: number[] = [];
    const active = new Map<string, number>();
    let together = 0;
    const makeWorker = () =>
      new Worker<{ id: number; hook: string; claim_token: string }>({
        name: 'test',
        concurrency: 4,
        wakeups: bench.wakeups,
        channel: 'jobs',
        claim: (limit) =>
          claimWork(bench.database, {
            ...work,
            where: 'done = 0',
            limit,
            leaseSeconds: 30,
            oneAtATime: { columns: ['hook'], orderBy: 'id', unfinished: 'earlier.done = 0' },
          }),
        run: async (job) => {
          active.set(job.hook, (active.get(job.hook) ?? 0) + 1);
          together = Math.max(together, active.get(job.hook)!);
          order.push(job.id);
          await new Promise((resolve) => setTimeout(resolve, 2));
          active.set(job.hook, active.get(job.hook)! - 1);
          await bench.log.transaction(async (tx) => {
            if (!(await lockClaim(tx, work, job))) return;
            await tx.query('UPDATE job SET done = done + 1 WHERE id = $1', [job.id]);
            tx.wake('jobs');
          });
        },
      });
    const workers = [makeWorker(), makeWorker()];
    workers.forEach((worker) => worker.start());
    const deadline = Date.now() + 10_000;
    while (order.length < 100 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
    await Promise.all(workers.map((worker) => worker.stop()));
    expect(await bench.database.query('SELECT count(*)::int AS n FROM job WHERE done = 1')).toEqual([{ n: 100 }]);
    expect(together).toBe(1);
    for (let group = 0; group < 5; group += 1) {
      const ids = order.filter((id) => id % 5 === group);
      expect(ids).toEqual([...ids].sort((a, b) => a - b));
    }
  });

  it('lets another worker take what a dead one held, whose result is then refused', async () => {
    await bench.database.query("INSERT INTO job (id, hook) VALUES (1, 'h')");
    const claim = (leaseSeconds: number) =>
      claimWork<{ id: number }>(bench.database, { ...work, where: 'done = 0', limit: 10, leaseSeconds });
    const [dead] = await claim(0.05);
    expect(await claim(30)).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 80));
    const [alive] = await claim(30);
    expect(alive!.id).toBe(1);
    await bench.log.transaction(async (tx) => {
      expect(await lockClaim(tx, work, dead!)).toBe(false);
      expect(await lockClaim(tx, work, alive!)).toBe(true);
    });
    expect(await extendClaim(bench.database, work, dead!, 10)).toBe(false);
    expect(await extendClaim(bench.database, work, alive!, 10)).toBe(true);
  });

  it('holds a claim for as long as the work goes on, and tells the worker when another has it', async () => {
    await bench.database.query("INSERT INTO job (id, hook) VALUES (1, 'h')");
    const claim = () =>
      claimWork<{ id: number }>(bench.database, { ...work, where: 'true', limit: 1, leaseSeconds: 0.6 });
    const [held] = await claim();
    const isLost = await holdingClaim(bench.database, work, held!, 0.6, async (lost) => {
      await sleep(1200);
      expect(await claim()).toEqual([]);
      expect(lost.aborted).toBe(false);
      await bench.database.query('UPDATE job SET claim_token = gen_random_uuid()');
      await sleep(400);
      return lost.aborted;
    });
    expect(isLost).toBe(true);
  });
});
