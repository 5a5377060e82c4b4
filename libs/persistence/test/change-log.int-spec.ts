import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ApiError } from '@faktorz/apimachinery';
import { defineEvent } from '@faktorz/domain';
import { startTestPostgres, type TestPostgres } from '@faktorz/testing';
import { z } from 'zod';
import { type ChangeTransaction, isProgress, type LogRow } from '../src/index.js';
import { openBench } from './support/bench.js';

const ThingMoved = defineEvent('widget-maker', 'ThingMoved', z.object({ thing: z.string() }));

let postgres: TestPostgres;
const newUrl = async () => (await postgres.createDatabase('widget_maker')).url('widget_maker');
const openAs = (url: string, tailRows?: number) => openBench('widget-maker', url, tailRows);
const open = async () => openAs(await newUrl());

function change(tx: ChangeTransaction, name: string, namespace = 'ns') {
  return tx.record({ resource: 'widgets', namespace, name, uid: name, type: 'MODIFIED' });
}

jest.setTimeout(30_000);

beforeAll(async () => {
  postgres = await startTestPostgres({ synchronous_commit: 'on' });
}, 60_000);
afterAll(() => postgres.stop());

describe('change log', () => {
  it('gives gap-free positions in commit order to eight concurrent writers, and chains events', async () => {
    await using bench = await open();
    const one = async (writer: number, round: number) => {
      await bench.log.transaction(async (tx) => {
        await tx.query('SELECT 1');
        change(tx, `${writer}-${round}`);
        if (round % 3 === 0) {
          tx.publish({ definition: ThingMoved, subject: 'ns/a', namespace: 'ns', stream: 'a', data: { thing: 'x' } });
        }
        if (round % 5 === 0 && writer === 0) throw new Error('no');
      });
    };
    await Promise.all(
      Array.from({ length: 8 }, async (_, writer) => {
        for (let round = 0; round < 40; round += 1) await one(writer, round).catch(() => undefined);
      }),
    );
    const rows = await bench.log.readRows(0n, 10_000);
    expect(rows.map((row) => row.position)).toEqual(rows.map((_, index) => BigInt(index + 1)));
    expect(await bench.log.head()).toBe(BigInt(rows.length));
    const { rows: events, bounds } = await bench.log.readEvents(0n, 10_000);
    expect(events.map((row) => row.previous)).toEqual([0n, ...events.slice(0, -1).map((row) => row.position)]);
    expect(bounds.head).toBe(events.at(-1)!.position);
    expect(events[0]!.event).toMatchObject({
      specversion: '1.0',
      id: `${bench.log.owner}:${events[0]!.position}`,
      data: { thing: 'x', position: String(events[0]!.position) },
    });
    expect(events[0]!.subject).toBe(`faktorz.events.${bench.log.owner}.thing-moved.ns.a`);
  });

  it('leaves the counter alone when nothing was recorded, and undoes what a savepoint took back', async () => {
    await using bench = await open();
    await bench.log.transaction((tx) => tx.query('SELECT 1'));
    expect(await bench.log.head()).toBe(0n);
    await bench.log.transaction(async (tx) => {
      change(tx, 'a');
      await expect(
        tx.savepoint(async () => {
          change(tx, 'b');
          await tx.query('SELECT 1 / 0');
        }),
      ).rejects.toThrow('division by zero');
      change(tx, 'c');
    });
    expect((await bench.log.readRows(0n, 10)).map((row) => row.name)).toEqual(['a', 'c']);
  });

  it('fails, and leaves nothing, when a statement failed unnoticed or a stamp fails', async () => {
    await using bench = await open();
    const swallowed = bench.log.transaction(async (tx) => {
      await tx.query('SELECT 1 / 0').catch(() => undefined);
    });
    await expect(swallowed).rejects.toThrow('rolled back');
    const stamped = bench.log.transaction(async (tx) => {
      tx.record({
        resource: 'widgets',
        namespace: '',
        name: 'x',
        uid: 'x',
        type: 'ADDED',
        stamp: () => [{ text: 'INSERT INTO no_such_table VALUES (1)', values: [] }],
      });
    });
    await expect(stamped).rejects.toThrow('no_such_table');
    expect(await bench.log.head()).toBe(0n);
  });

  it('runs the work again after a deadlock', async () => {
    await using bench = await open();
    await bench.database.query('CREATE TABLE t (id int PRIMARY KEY, n int DEFAULT 0)');
    await bench.database.query('INSERT INTO t VALUES (1), (2)');
    let attempts = 0;
    const lockBoth = (first: number, second: number) =>
      bench.log.transaction(async (tx) => {
        attempts += 1;
        await tx.query('UPDATE t SET n = n + 1 WHERE id = $1', [first]);
        await new Promise((resolve) => setTimeout(resolve, 100));
        await tx.query('UPDATE t SET n = n + 1 WHERE id = $1', [second]);
        change(tx, 'x');
      });
    await Promise.all([lockBoth(1, 2), lockBoth(2, 1)]);
    expect(attempts).toBeGreaterThan(2);
    expect(await bench.database.query('SELECT n FROM t ORDER BY id')).toEqual([{ n: 2 }, { n: 2 }]);
  });

  it('trims old rows and answers Expired below the floor', async () => {
    await using bench = await open();
    for (let n = 0; n < 20; n += 1) await bench.log.transaction(async (tx) => void change(tx, `w${n}`));
    expect(await bench.log.trim({ olderThanDays: 7, keepRows: 5 })).toBe(0n);
    expect(await bench.log.trim({ olderThanDays: 0, keepRows: 5 })).toBe(15n);
    expect(await bench.log.floor()).toBe(15n);
    expect((await bench.log.readRows(15n, 100)).length).toBe(5);
    await expect(bench.log.readRows(14n, 100)).rejects.toMatchObject({ reason: 'Expired' });
    const follow = bench.feed.follow({ after: 3n }, new AbortController().signal);
    await expect(follow.next()).rejects.toBeInstanceOf(ApiError);
  });
});

describe('change feed', () => {
  it('shows every follower every row once and in order, across processes, to slow ones too', async () => {
    const url = await newUrl();
    await using one = await openAs(url, 50);
    await using other = await openAs(url, 50);
    const total = 600;
    const collect = async (bench: typeof one, after: bigint, delayMs: number, namespace?: string) => {
      const abort = new AbortController();
      const seen: LogRow[] = [];
      for await (const item of bench.feed.follow({ after, namespace }, abort.signal)) {
        if (!isProgress(item)) seen.push(item);
        const at = isProgress(item) ? item.progress : item.position;
        if (delayMs > 0 && seen.length % 20 === 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
        if (at === BigInt(total)) abort.abort();
      }
      return seen.map((row) => row.position);
    };
    const followers = [collect(one, 0n, 0), collect(other, 0n, 0), collect(other, 0n, 15), collect(one, 0n, 0, 'even')];
    await Promise.all(
      [one, other].map(async (bench, writer) => {
        for (let n = 0; n < total / 2; n += 1) {
          await bench.log.transaction(async (tx) => void change(tx, `${n}`, writer === 0 ? 'even' : 'odd'));
        }
      }),
    );
    const [a, b, slow, even] = await Promise.all(followers);
    const all = Array.from({ length: total }, (_, index) => BigInt(index + 1));
    expect(a).toEqual(all);
    expect(b).toEqual(all);
    expect(slow).toEqual(all);
    expect(even).toHaveLength(total / 2);
    expect(await collect(other, 590n, 0)).toEqual(all.slice(590));
  });

  it('refuses a position that was not reached yet', async () => {
    await using bench = await open();
    const follow = bench.feed.follow({ after: 99n }, new AbortController().signal);
    await expect(follow.next()).rejects.toMatchObject({ reason: 'Timeout' });
  });

  it('goes on after PostgreSQL was killed', async () => {
    await using bench = await open();
    const abort = new AbortController();
    const seen: bigint[] = [];
    const following = (async () => {
      for await (const item of bench.feed.follow({ after: 0n }, abort.signal)) {
        if (!isProgress(item)) seen.push(item.position);
      }
    })();
    await bench.log.transaction(async (tx) => void change(tx, 'before'));
    await expectSoon(() => expect(seen).toEqual([1n])); // one that only begins may fail: its client asks again
    await postgres.kill();
    await postgres.restart();
    await bench.log.transaction(async (tx) => void change(tx, 'after'));
    await expectSoon(() => expect(seen).toEqual([1n, 2n]));
    abort.abort();
    await following;
  }, 20_000);
});

async function expectSoon(check: () => void, withinMs = 8000): Promise<void> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    try {
      check();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
