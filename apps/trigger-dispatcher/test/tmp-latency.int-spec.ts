import { expect, it } from '@jest/globals';
import { claimStatement } from '../src/delivery/claim-lanes.js';
import { DispatcherBench } from './support/dispatcher-bench.js';
import { Receiver } from './support/receiver.js';

const pct = (values: number[], p: number) => [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) * p)]!.toFixed(1);
const out = (text: string) => process.stderr.write(`### ${text}\n`);

it('latency', async () => {
  await using bench = await DispatcherBench.start();
  await bench.startDispatcher();
  const receiver = await Receiver.start();
  await bench.webhook('hook', { url: receiver.url, types: ['TagUpdated'] });
  const phase = async (name: string, count: number, gapMs: number, tags: number) => {
    const base = receiver.messages.length;
    const sent = new Map<number, number>();
    const from = performance.now();
    for (let n = 0; n < count; n += 1) {
      const due = from + n * gapMs;
      const wait = due - performance.now();
      if (wait > 0) await new Promise((r) => setTimeout(r, wait));
      await bench.move(`ruby:${n % tags}`);
      sent.set(n, performance.now());
    }
    await receiver.until(base + count, 60_000);
    // positions follow commit order
    const got = receiver.messages.slice(base).sort((a, b) => Number(a.id.split(':')[1]) - Number(b.id.split(':')[1]));
    const lat = got.map((m, n) => m.atMs - sent.get(n)!);
    const rec = await bench.database.query<{ event_id: string; at: number; ev: number }>(
      `SELECT event_id, extract(epoch FROM recorded_at)*1000 AS at, extract(epoch FROM (body::json->>'time')::timestamptz)*1000 AS ev FROM webhook_delivery`);
    const at = new Map(rec.map((r) => [r.event_id, r]));
    const own = got.map((m) => m.atMs + performance.timeOrigin - Number(at.get(m.id)!.at));
    const before = got.map((m) => Number(at.get(m.id)!.at) - Number(at.get(m.id)!.ev));
    out(`${name}: total p50 ${pct(lat, 0.5)} p99 ${pct(lat, 0.99)}; relay+nats+consumer p50 ${pct(before, 0.5)} p99 ${pct(before, 0.99)}; dispatcher own p50 ${pct(own, 0.5)} p99 ${pct(own, 0.99)}`);
    const cpu = process.cpuUsage(); out(`cpu so far ${(cpu.user + cpu.system) / 1e6}`);
  };
  await phase('warm', 50, 20, 10);
  await phase('idle 10/s', 60, 100, 10);
  await phase('200/s', 1500, 5, 50);
  await phase('200/s', 1500, 5, 50);
  await receiver.stop();
  await bench.database.query(`UPDATE webhook_subscription SET suspended = false`);
  // explain
  await bench.stopDispatchers();
  await bench.startDispatcher({ FAKTORZ_TRIGGER_DISPATCHER_PAUSED: 'true' });
  const db = bench.database;
  await db.query(`INSERT INTO webhook_subscription SELECT gen_random_uuid(), 'team', 'w' || n, 'http://127.0.0.1:1/', 's', '{}', '{}', '{}', false, n % 2 = 0 FROM generate_series(1, 50) n`);
  await db.query(`INSERT INTO webhook_delivery (webhook_uid, namespace, webhook, event_id, event_type, subject, body, phase, finished_at)
    SELECT s.uid, 'team', s.name, 'old:' || n, 't', 'team/a:' || n % 500, repeat('x', 600), 'Delivered', now() FROM webhook_subscription s, generate_series(1, 2000) n WHERE s.name LIKE 'w%'`);
  const explain = async (what: string) => {
    await db.query('ANALYZE');
    const { text, values } = claimStatement(1024);
    const times: number[] = [];
    let plan: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      await db.withConnection(async (c) => {
        await c.query('BEGIN');
        plan = (await c.query<{ 'QUERY PLAN': string }>(`EXPLAIN (ANALYZE, BUFFERS) ${text}`, values)).map((r) => r['QUERY PLAN']);
        await c.query('ROLLBACK');
      });
      times.push(Number(/Execution Time: ([\d.]+)/.exec(plan.join('\n'))![1]));
    }
    const buffers = /Buffers: (.*)/.exec(plan.join('\n'))?.[1];
    out(`${what}: ${times.map((t) => t.toFixed(2)).join(' ')} ms; ${buffers}`);
    return plan.join('\n');
  };
  await explain('100k finished, none pending');
  await db.query(`INSERT INTO webhook_delivery (webhook_uid, namespace, webhook, event_id, event_type, subject, body)
    SELECT s.uid, 'team', s.name, 'new:' || n, 't', 'team/a:' || n, repeat('x', 600) FROM webhook_subscription s, generate_series(1, 20) n WHERE s.name LIKE 'w%'`);
  await db.query(`INSERT INTO delivery_lane (webhook_uid, subject) SELECT DISTINCT webhook_uid, subject FROM webhook_delivery WHERE phase = 'Pending'`);
  await explain('100k finished, 1k pending due');
  await db.query(`UPDATE delivery_lane SET due_at = now() + interval '1 hour'`);
  await explain('1k pending backing off');
  await db.query(`INSERT INTO webhook_subscription VALUES ('ffffffff-0000-0000-0000-000000000000', 'team', 'dead', 'http://127.0.0.1:1/', 's', '{}', '{}', '{}', false, true)`);
  await db.query(`INSERT INTO webhook_delivery (webhook_uid, namespace, webhook, event_id, event_type, subject, body)
    SELECT s.uid, 'team', s.name, 'dead:' || n, 't', 'team/d:' || n, repeat('x', 600) FROM webhook_subscription s, generate_series(1, 20000) n WHERE s.name = 'dead'`);
  await db.query(`INSERT INTO delivery_lane (webhook_uid, subject) SELECT DISTINCT webhook_uid, subject FROM webhook_delivery WHERE webhook = 'dead'`);
  out(await explain('+ 20k due of a dead one'));
  await db.query(`UPDATE delivery_lane SET due_at = now() + interval '1 hour'`);
  await db.query(`UPDATE delivery_lane SET due_at = now() WHERE webhook_uid::text LIKE '%0' AND subject LIKE '%0'`);
  out(await explain('+ 20k backing off of a dead one'));
  expect(1).toBe(1);
}, 240_000);
