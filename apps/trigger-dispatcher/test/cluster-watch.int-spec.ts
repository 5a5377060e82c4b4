import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Database } from '@faktorz/persistence';
import { eventually } from '@faktorz/testing';
import { DispatcherBench } from './support/dispatcher-bench.js';
import { deployment, lines, WatchedServer } from './support/watched-server.js';

let bench: DispatcherBench;
let server: WatchedServer;

beforeEach(async () => {
  bench = await DispatcherBench.start();
  server = await WatchedServer.start();
}, 60_000);
afterEach(async () => {
  await bench[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
}, 60_000);

/** A dispatcher whose own store is the server: it is watched like any other cluster. */
const dispatcher = () =>
  bench.startDispatcher({ FAKTORZ_WORKLOADS_URL: server.url, FAKTORZ_TRIGGER_DISPATCHER_PAUSED: 'true' });

async function untilKnown(...names: string[]): Promise<void> {
  let known: string[] = [];
  await eventually(`${names.join()} are known`, async () => {
    const rows = await bench.database.query<{ name: string; version: string }>(
      'SELECT name, version FROM trigger_target ORDER BY name',
    );
    known = rows.map(({ name, version }) => `${name}@${version}`);
    return JSON.stringify(known) === JSON.stringify(names);
  }).catch((cause: unknown) => {
    throw new Error(`known are ${known.join()}`, { cause });
  });
}

describe('the watch of a kind', () => {
  it('goes on where it was when its connection breaks, in the middle of a line even', async () => {
    server.items = [deployment('a', '90')];
    const event = lines({ type: 'ADDED', object: deployment('b', '110') });
    const bookmark = lines({ type: 'BOOKMARK', object: { metadata: { resourceVersion: '120' } } });
    server.watches.push((response) => {
      response.write(event + bookmark + '{"type":"ADDED","obj', () => response.destroy());
    });
    server.watches.push((response) => {
      response.end(lines({ type: 'MODIFIED', object: deployment('a', '130') }));
    });
    await dispatcher();
    await untilKnown('a@130', 'b@110');
    await eventually('a third watch', () => server.asked.length === 4);
    expect(server.asked).toEqual(['list', 'watch 100', 'watch 120', 'watch 130']);
  }, 30_000);

  it.each([
    [
      'in the stream',
      lines({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' } }),
      200,
    ],
    ['at once', '{"kind":"Status","code":410,"reason":"Expired","message":"too old"}', 410],
  ])(
    'begins anew when its version is forgotten, said %s',
    async (_where, body, status) => {
      server.items = [deployment('gone', '80'), deployment('stays', '90')];
      server.watches.push((response) => {
        server.items = [deployment('new', '210'), deployment('stays', '200')];
        server.version = '220';
        response.writeHead(status).end(body);
      });
      await dispatcher();
      await untilKnown('new@210', 'stays@200');
      expect(server.asked.slice(0, 2)).toEqual(['list', 'watch 100']);
      await eventually('it watches from there', () => server.asked.at(-1) === 'watch 220');
    },
    30_000,
  );

  it('waits as long as the server asks', async () => {
    server.items = [deployment('a', '90')];
    server.lists.push((response) => {
      const status = { kind: 'Status', code: 429, reason: 'TooManyRequests', message: 'later' };
      response.writeHead(429, { 'retry-after': '2' }).end(JSON.stringify(status));
    });
    const begun = Date.now();
    await dispatcher();
    await untilKnown('a@90');
    expect(Date.now() - begun).toBeGreaterThan(1_900);
  }, 30_000);

  it('believes a server that counts anew: it was put back to an earlier state', async () => {
    server.items = [deployment('a', '900'), deployment('b', '950')];
    server.version = '1000';
    server.watches.push((response) => {
      server.items = [deployment('a', '50')];
      server.version = '60';
      response.end(lines({ type: 'ERROR', object: { code: 410, message: 'too old' } }));
    });
    await dispatcher();
    await untilKnown('a@50');
  }, 30_000);

  it('keeps nothing of objects without triggers, and forgets those that lose them', async () => {
    server.items = [deployment('a', '90'), deployment('plain', '91', false)];
    server.watches.push((response) => {
      response.write(
        lines(
          { type: 'MODIFIED', object: deployment('plain', '101', false) },
          { type: 'MODIFIED', object: deployment('a', '102', false) },
          { type: 'ADDED', object: deployment('b', '103') },
          { type: 'DELETED', object: deployment('plain', '104', false) },
        ),
      );
    });
    await dispatcher();
    await untilKnown('b@103');
  }, 30_000);
});

describe('the watch of a cluster', () => {
  it.each([
    ['the list', () => void server.lists.push(() => undefined)],
    ['the watch', () => void server.watches.push(() => undefined)],
  ])(
    'holds up no stop when the server says nothing to %s',
    async (_what, silence) => {
      silence();
      const silent = await dispatcher();
      await eventually('it has asked', () => server.asked.length > 0);
      const begun = Date.now();
      await silent.stop();
      expect(Date.now() - begun).toBeLessThan(5_000);
      await bench.stopDispatchers().catch(() => undefined);
    },
    30_000,
  );

  it('is one replica’s, and another’s within seconds when that stops or dies', async () => {
    server.items = [deployment('a', '90')];
    const first = await dispatcher();
    await untilKnown('a@90');
    const second = await dispatcher();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(server.asked).toEqual(['list', 'watch 100']);
    await first.stop();
    await eventually('the other has listed', () => server.asked.length === 4);
    expect(server.asked.slice(2)).toEqual(['list', 'watch 100']);
    // As if its holder had died: nobody extends the claim of another process.
    await second.app
      .get(Database)
      .query(`UPDATE cluster_watch SET claim_token = gen_random_uuid(), claimed_until = now() + interval '3 seconds'`);
    await eventually('it is taken up again', () => server.asked.length === 6, 15_000);
  }, 60_000);
});
