// CPU time each process spends on one request of each kind: what a machine's load does not change much.
// Parts of names as arguments choose among the requests.
import { createServer } from 'node:http';
import { once } from 'node:events';
import { DockerRegistry, randomImage, startSystem } from '@faktorz/testing';
import { apiOf, createNamespace, importOf, paths, streamOf, tagAt } from './support/api.mjs';
import { CPU_COLUMNS, cpuPerRequest } from './support/cpu.mjs';
import { perSecond, printTable } from './support/measure.mjs';
import { twoImages } from './support/two-images.mjs';

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
const STREAMS = 500;
const CLIENTS = 4;
const chosen = process.argv.slice(2);

const system = await startSystem();
const api = apiOf(system);
await createNamespace(api);
const { registry, digests } = await twoImages(api);
await perSecond(STREAMS, 16, (index) => api.json('POST', paths.streams, streamOf(`stream${index}`, 3)));
const imageRegistry = await DockerRegistry.start();
const tags = Array.from({ length: 20 }, (_, index) => `v${index}`);
for (const tag of tags) await imageRegistry.push(`bench/app:${tag}`, randomImage());
const move = (tag, index) =>
  api.json('PUT', paths.tag('app', tag), tagAt('app', tag, digests[Math.floor(index / CLIENTS) % 2]));

const rows = [];
await measure('GET stream', 2000, () => api.get(paths.stream('app')));
await measure('LIST 500 JSON', 30, () => api.get(`${paths.streams}?limit=500`));
await measure('LIST 500 Table', 30, () => api.get(`${paths.streams}?limit=500`, TABLE));
await measure('PUT imagestreamtag', 400, (index) => move(`put${index % CLIENTS}`, index));
let run = 0;
await measure('import of one tag', 150, (index) => {
  const from = `${imageRegistry.host}/bench/app:${tags[index % tags.length]}`;
  return api.json('POST', paths.imports, importOf(`s${run++}`, from, 'latest'));
});
await measureWebhooks();
printTable(['CPU ms per request', ...CPU_COLUMNS.map((name) => name.replace('trigger-', '')), 'all'], rows);
await registry.stop();
await imageRegistry.stop();
await api.close();
await system.stop();

function add(name, times) {
  rows.push([name, ...times]);
  console.error(name, times.map((ms) => ms.toFixed(2)).join(' '));
}

/** Warms up with a tenth, then counts. */
async function measure(name, count, work) {
  if (chosen.length > 0 && !chosen.some((part) => name.includes(part))) return;
  await perSecond(Math.ceil(count / 5), CLIENTS, work);
  add(name, await cpuPerRequest(system, count, () => perSecond(count, CLIENTS, work)));
}

/** A move of a tag up to and with the delivery to one webhook. */
async function measureWebhooks() {
  let arrived = () => undefined;
  const server = createServer((incoming, answer) => {
    incoming.resume().on('end', () => {
      answer.end();
      arrived();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${server.address().port}/`;
  const spec = { url, types: ['TagUpdated'] };
  await api.json('POST', paths.webhooks, {
    apiVersion: 'events.faktorz.io/v1',
    kind: 'Webhook',
    metadata: { name: 'hook' },
    spec,
  });
  let moved = 0;
  const moves = async (count, clients) => {
    let left = count;
    const all = new Promise((resolve) => (arrived = () => --left === 0 && resolve()));
    // Every move changes its tag, also from one round to the next: what changes nothing tells nobody.
    await perSecond(count, clients, () => {
      const turn = moved++;
      return move(`hook${turn % 40}`, Math.floor(turn / 40) * CLIENTS);
    });
    await all;
  };
  for (const [name, count, clients] of [
    ['move to webhook, one at a time', 300, 1],
    ['move to webhook, 40 at once', 800, 40],
  ]) {
    if (chosen.length > 0 && !chosen.some((part) => name.includes(part))) continue;
    await moves(200, clients);
    add(name, await cpuPerRequest(system, count, () => moves(count, clients)));
  }
  server.close();
}
