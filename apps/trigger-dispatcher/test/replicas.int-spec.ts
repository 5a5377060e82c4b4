import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ChangeLog, type ChangeTransaction } from '@faktorz/persistence';
import { eventually } from '@faktorz/testing';
import { DispatcherBench } from './support/dispatcher-bench.js';
import { ok, Receiver } from './support/receiver.js';

let bench: DispatcherBench;
let receiver: Receiver;

beforeEach(async () => {
  bench = await DispatcherBench.start();
  receiver = await Receiver.start();
}, 60_000);
afterEach(async () => {
  await bench[Symbol.asyncDispose]();
  await receiver.stop();
}, 30_000);

const positionsOf = (subject: string) =>
  receiver.messages.filter(({ event }) => event.subject === subject).map(({ id }) => Number(id.split(':')[1]));

describe('two replicas', () => {
  it('deliver every move once and in order, also when one of them stops', async () => {
    await bench.startDispatcher();
    const second = await bench.startDispatcher();
    await bench.webhook('hook', { url: receiver.url, types: ['TagUpdated'] });
    for (let n = 0; n < 60; n += 1) {
      await Promise.all(['a', 'b', 'c'].map((tag) => bench.move(`ruby:${tag}`)));
      if (n === 30) void second.stop();
    }
    await receiver.until(180, 20_000);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(receiver.messages).toHaveLength(180);
    for (const tag of ['a', 'b', 'c']) {
      const positions = positionsOf(`team/ruby:${tag}`);
      expect(positions).toEqual([...positions].sort((a, b) => a - b));
    }
  }, 60_000);

  it('never have one delivery, or two of one tag, under way at a time', async () => {
    await bench.startDispatcher();
    await bench.startDispatcher();
    const underWay = new Map<string, number>();
    let most = 0;
    receiver.reply = async (message, response) => {
      const { subject } = message.event;
      underWay.set(subject, (underWay.get(subject) ?? 0) + 1);
      most = Math.max(most, underWay.get(subject)!);
      await new Promise((resolve) => setTimeout(resolve, 20));
      underWay.set(subject, underWay.get(subject)! - 1);
      await ok(message, response);
    };
    await bench.webhook('hook', { url: receiver.url, types: ['TagUpdated'] });
    for (let n = 0; n < 20; n += 1) await Promise.all(['a', 'b'].map((tag) => bench.move(`ruby:${tag}`)));
    await receiver.until(40, 20_000);
    expect(most).toBe(1);
  }, 60_000);

  it('keep a delivery for as long as its receiver takes, and no longer than a lease after its process has died', async () => {
    await bench.startDispatcher();
    await bench.webhook('hook', { url: receiver.url, types: ['TagUpdated'] });
    let isFirst = true;
    const { database } = bench;
    receiver.reply = async (message, response) => {
      if (!isFirst) return ok(message, response);
      isFirst = false;
      await new Promise((resolve) => setTimeout(resolve, 12_000)); // longer than a lease: it is extended meanwhile
      await dieBeforeCommit(message, response);
    };
    // The answer arrives, and the connection that would write it down is lost: as after a kill, nothing was committed.
    const dieBeforeCommit = async (...[message, response]: Parameters<typeof ok>) => {
      let release = () => undefined as void;
      const held = new Promise<void>((resolve) => (release = resolve));
      const holding = bench.database.withConnection(async (connection) => {
        await connection.query('BEGIN');
        await connection.query('SELECT 1 FROM delivery_lane FOR UPDATE');
        await ok(message, response);
        // A result is tried twice: together with others, and for itself.
        const ended = new Set<number>();
        await eventually('the attempt to write the result is ended', async () => {
          const rows = await database.query<{ pid: number }>(
            `SELECT pid FROM (SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity
              WHERE wait_event_type = 'Lock' AND query LIKE '%delivery_lane%FOR UPDATE OF lane%') waiting`,
          );
          for (const { pid } of rows) ended.add(pid);
          return ended.size >= 1;
        });
        await held;
        await connection.query('ROLLBACK');
      });
      release();
      await holding;
    };
    await bench.move('ruby:a');
    const [first, second] = await receiver.until(2, 40_000);
    expect(second!.id).toBe(first!.id);
    expect(second!.atMs - first!.atMs).toBeGreaterThan(12_000);
    await eventually('it is delivered', async () => (await bench.deliveries())[0]?.status.phase === 'Delivered');
    expect(receiver.messages).toHaveLength(2);
  }, 60_000);
});

describe('a paused dispatcher', () => {
  it('sends nothing, and makes up for it when it goes on', async () => {
    await bench.startDispatcher({ FAKTORZ_TRIGGER_DISPATCHER_PAUSED: 'true' });
    await bench.webhook('hook', { url: receiver.url, types: ['TagUpdated'] });
    for (const tag of ['a', 'b', 'a']) await bench.move(`ruby:${tag}`);
    await eventually('they are recorded', async () => (await bench.deliveries()).length === 3);
    expect(receiver.messages).toEqual([]);
    await bench.stopDispatchers();
    await bench.startDispatcher();
    await receiver.until(3);
  }, 30_000);
});

describe('namespaces', () => {
  it('that are missing or going away take no webhooks, and lose those they have', async () => {
    const dispatcher = await bench.startDispatcher();
    await bench.webhook('hook', { url: receiver.url, suspend: true, types: ['TagUpdated'] });
    await bench.move('ruby:a');
    await eventually('it is recorded', async () => (await bench.deliveries()).length === 1);
    const create = (namespace: string) =>
      bench.request<{ message: string }>('POST', `/namespaces/${namespace}/webhooks`, {
        metadata: { name: 'more' },
        spec: { url: receiver.url },
      });
    expect(await create('nowhere')).toMatchObject({ status: 404, body: { message: 'namespaces "nowhere" not found' } });
    await bench.terminate('team');
    await eventually('auth is told that nothing is left', () => bench.desk.emptied.length > 0);
    expect(bench.desk.emptied).toEqual([{ name: 'team', uid: 'team-1', owner: 'trigger-dispatcher' }]);
    expect((await bench.request('GET', '/namespaces/team/webhooks/hook')).status).toBe(404);
    expect((await bench.deliveries())[0]!.status.phase).toBe('Cancelled');
    expect((await create('team')).status).toBe(403);
    const [left] = await dispatcher.app
      .get(ChangeLog)
      .transaction((tx: ChangeTransaction) =>
        tx.query<{ lanes: string }>('SELECT count(*) AS lanes FROM delivery_lane'),
      );
    expect(left!.lanes).toBe('0');
  }, 30_000);
});

describe('destinations', () => {
  it('on loopback are refused where they are not allowed, by their address and by what a name stands for', async () => {
    await bench.startDispatcher({ FAKTORZ_OUTBOUND_ALLOWED: '' });
    const create = (url: string) =>
      bench.request<{ message: string }>('POST', '/namespaces/team/webhooks', {
        metadata: { name: 'hook' },
        spec: { url },
      });
    const { status, body } = await create(receiver.url);
    expect(status).toBe(422);
    expect(body.message).toContain('spec.url');
    expect(body.message).toContain('loopback');
    expect((await create(receiver.url.replace('127.0.0.1', 'localhost'))).status).toBe(201);
    await bench.move('ruby:a');
    const failed = await eventually('an attempt is made', async () => {
      const [delivery] = await bench.deliveries();
      return delivery?.status.attempts === 1 && delivery;
    });
    expect(failed.status.lastError).toContain('loopback');
    expect(receiver.messages).toEqual([]);
  }, 30_000);

  it.each<[string, object, string]>([
    ['no URL', {}, 'spec.url: Required value'],
    ['no absolute URL', { url: '/x' }, 'spec.url'],
    ['another scheme', { url: 'ftp://example.com/' }, 'only http and https'],
    ['credentials in it', { url: 'https://a:b@example.com/' }, 'must not carry a user name'],
    ['an unknown event', { url: 'https://example.com/', types: ['TagMoved'] }, 'spec.types[0]: Unsupported value'],
    ['an empty glob', { url: 'https://example.com/', tags: [''] }, 'spec.tags[0]'],
    ['a bad secret name', { url: 'https://example.com/', secretRef: { name: 'Not Good' } }, 'spec.secretRef.name'],
    ['a wrong type', { url: 7 }, 'cannot unmarshal'],
  ])('with %s are refused in words', async (_what, spec, words) => {
    await bench.startDispatcher();
    const { status, body } = await bench.request<{ message: string }>('POST', '/namespaces/team/webhooks', {
      metadata: { name: 'hook' },
      spec,
    });
    expect([400, 422]).toContain(status);
    expect(body.message).toContain(words);
  });
});
