// From a moved tag to the received webhook, beside a bare POST to the same receiver.
import { createServer } from 'node:http';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSystem } from '@faktorz/testing';
import { request } from 'undici';
import { apiOf, createNamespace, paths, tagAt } from './support/api.mjs';
import { percentile, printTable, sequentially } from './support/measure.mjs';
import { twoImages } from './support/two-images.mjs';

const ONE_AT_A_TIME = 300;
const PER_SECOND = 200;
const SECONDS = 10;
/** The load is spread over so many streams, each with so many tags. */
const STREAMS = 10;
const TAGS_EACH = 5;

const system = await startSystem();
const api = apiOf(system);
await createNamespace(api);
const { registry, digests } = await twoImages(api);
const receiver = await startReceiver();
await api.json('POST', paths.webhooks, {
  apiVersion: 'events.faktorz.io/v1',
  kind: 'Webhook',
  metadata: { name: 'receiver' },
  spec: { url: receiver.url, types: ['TagUpdated'] },
});
await moveAndWait('warm', 0);

const floor = await sequentially(ONE_AT_A_TIME, async () => {
  const answer = await request(receiver.url, { method: 'POST', body: JSON.stringify({ subject: 'x' }) });
  await answer.body.dump();
});
const idle = await sequentially(ONE_AT_A_TIME, (index) => moveAndWait('idle', index + 1000));
const loaded = await underLoad();

printTable(
  ['tag update to webhook received', 'p50 ms', 'p99 ms', 'p50 / bare POST'],
  [
    ['bare POST to the receiver', percentile(floor, 0.5), percentile(floor, 0.99), 1],
    ['one at a time', percentile(idle, 0.5), percentile(idle, 0.99), percentile(idle, 0.5) / percentile(floor, 0.5)],
    [
      `at ${PER_SECOND}/s`,
      percentile(loaded, 0.5),
      percentile(loaded, 0.99),
      percentile(loaded, 0.5) / percentile(floor, 0.5),
    ],
  ],
);
receiver.server.close();
await registry.stop();
await api.close();
await system.stop();

/** Time from sending the request to the webhook's arrival. */
async function moveAndWait(tag, index) {
  const arrived = receiver.next(`bench/app:${tag}`);
  await api.json('PUT', paths.tag('app', tag), tagAt('app', tag, digests[Math.abs(index) % 2]));
  await arrived;
}

async function underLoad() {
  const times = [];
  const pending = [];
  /** Moves of one tag follow each other: two at once could come in the wrong order, and one of them change nothing. */
  const lastMove = new Map();
  const begin = performance.now();
  for (let index = 0; index < PER_SECOND * SECONDS; index++) {
    const due = begin + (index * 1000) / PER_SECOND;
    if (due > performance.now()) await sleep(due - performance.now());
    const stream = `load${index % STREAMS}`;
    const tag = `t${Math.floor(index / STREAMS) % TAGS_EACH}`;
    const image = digests[Math.floor(index / (STREAMS * TAGS_EACH)) % 2];
    const sent = performance.now();
    const arrived = receiver.next(`bench/${stream}:${tag}`).then(() => times.push(performance.now() - sent));
    const body = { ...tagAt('app', tag, image), metadata: { name: `${stream}:${tag}` } };
    const move = () => api.json('PUT', paths.tag(stream, tag), body);
    const moved = (lastMove.get(`${stream}:${tag}`) ?? Promise.resolve()).then(move);
    lastMove.set(`${stream}:${tag}`, moved);
    pending.push(arrived, moved);
  }
  await Promise.all(pending);
  return times.sort((a, b) => a - b);
}

async function startReceiver() {
  const waiting = new Map();
  const server = createServer(async (incoming, answer) => {
    const chunks = [];
    for await (const chunk of incoming) chunks.push(chunk);
    answer.end();
    const { subject } = JSON.parse(Buffer.concat(chunks).toString());
    waiting.get(subject)?.shift()?.();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    server,
    url: `http://127.0.0.1:${server.address().port}/`,
    /** Resolves when the next event of the subject arrives; events of one subject arrive in order. */
    next: (subject) =>
      new Promise((resolve) => {
        if (!waiting.has(subject)) waiting.set(subject, []);
        waiting.get(subject).push(resolve);
      }),
  };
}
