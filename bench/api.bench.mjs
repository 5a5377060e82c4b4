// Reads and writes of the API, and what the gateway's path costs beside a bare Fastify that answers the same bytes.
import { startSystem } from '@faktorz/testing';
import { apiOf, createNamespace, paths, streamOf, tagAt } from './support/api.mjs';
import { startBareFastify } from './support/bare-fastify.mjs';
import { percentile, perSecond, printTable, sequentially } from './support/measure.mjs';
import { twoImages } from './support/two-images.mjs';
import { openWatchers } from './support/watchers.mjs';

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
const STREAMS = 500;
const READS = 300;
const LISTS = 30;
const MOVES = 200;
const CLIENTS = 16;
const WATCHERS = 1000;
const WATCHED_MOVES = 20;

const system = await startSystem();
const api = apiOf(system);
await createNamespace(api);
const { registry, digests } = await twoImages(api);
await perSecond(STREAMS, 16, (index) => api.json('POST', paths.streams, streamOf(`stream${index}`, 3)));

const get = await sequentially(READS, () => api.get(paths.stream('app')));
const list = await sequentially(LISTS, () => api.get(`${paths.streams}?limit=500`), 3);
const table = await sequentially(LISTS, () => api.get(`${paths.streams}?limit=500`, TABLE), 3);
const put = await sequentially(MOVES, (index) =>
  api.json('PUT', paths.tag('app', 'moving'), tagAt('app', 'moving', digests[Math.abs(index) % 2])),
);
printTable(
  ['request, one at a time', 'p50 ms', 'p99 ms'],
  [
    ['GET one stream', percentile(get, 0.5), percentile(get, 0.99)],
    [`LIST ${STREAMS} streams, JSON`, percentile(list, 0.5), percentile(list, 0.99)],
    [`LIST ${STREAMS} streams, Table`, percentile(table, 0.5), percentile(table, 0.99)],
    ['PUT imagestreamtag that moves the tag', percentile(put, 0.5), percentile(put, 0.99)],
  ],
);

console.log();
const small = await moves('small', 10);
const big = await moves('big', 10_000);
printTable(
  ['moving one tag', 'p50 ms', 'p99 ms', 'of 10 tags'],
  [
    ['in a stream of 10 tags', percentile(small, 0.5), percentile(small, 0.99), 1],
    [
      'in a stream of 10,000 tags',
      percentile(big, 0.5),
      percentile(big, 0.99),
      percentile(big, 0.5) / percentile(small, 0.5),
    ],
  ],
);

console.log();
const bytes = await api.get(paths.stream('app'));
const gatewayRate = await perSecond(4000, CLIENTS, () => api.get(paths.stream('app')));
const encryptedRate = await bareRate(true);
const clearRate = await bareRate(false);
printTable(
  [`the same bytes, ${CLIENTS} clients`, 'requests/s', 'gateway’s share'],
  [
    ['gateway and tag-tracker, HTTPS', gatewayRate, 1],
    ['bare Fastify, HTTPS', encryptedRate, gatewayRate / encryptedRate],
    ['bare Fastify, HTTP', clearRate, gatewayRate / clearRate],
  ],
);

console.log();
const watchers = await openWatchers(system, paths.streams, WATCHERS);
const first = [];
const last = [];
for (let index = 0; index < WATCHED_MOVES; index++) {
  const all = watchers.next();
  await api.json('PUT', paths.tag('app', 'watched'), tagAt('app', 'watched', digests[index % 2]));
  const times = await all;
  first.push(times[0]);
  last.push(times.at(-1));
}
await watchers.close();
for (const times of [first, last]) times.sort((a, b) => a - b);
printTable(
  [`a moved tag, ${WATCHERS} watchers`, 'p50 ms', 'p99 ms'],
  [
    ['until the first has its event', percentile(first, 0.5), percentile(first, 0.99)],
    ['until the last has its event', percentile(last, 0.5), percentile(last, 0.99)],
  ],
);
await registry.stop();
await api.close();
await system.stop();

/** Requests per second to a bare Fastify, by the same client, over as many connections that are kept open. */
async function bareRate(isEncrypted) {
  const bare = await startBareFastify(system, bytes, { isEncrypted });
  const rate = await perSecond(8000, CLIENTS, () => api.get(bare.url));
  await bare.stop();
  return rate;
}

/** Moves one tag of a stream of so many tags back and forth. */
async function moves(stream, size) {
  await api.json('POST', paths.streams, streamOf(stream, 10));
  for (let have = 10; have < size; have += 990) await addTags(stream, have, Math.min(990, size - have));
  const source = (index) => ({
    ...tagAt('app', 'x', digests[Math.abs(index) % 2]),
    metadata: { name: `${stream}:t5` },
  });
  return sequentially(MOVES, (index) =>
    api.json('PUT', paths.tag(stream, 't5'), { ...source(index), tag: { ...source(index).tag, name: 't5' } }),
  );
}

async function addTags(stream, first, count) {
  const tags = Array.from({ length: count }, (_, index) => ({
    name: `t${first + index}`,
    annotations: { n: String(index) },
  }));
  await api.send('PATCH', paths.stream(stream), {
    body: { spec: { tags } },
    type: 'application/strategic-merge-patch+json',
  });
}
