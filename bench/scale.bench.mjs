// Far beyond what etcd allows: 100,000 streams, 1,000,000 history entries, 10,000 tags in one stream. Not part of CI.
import { readFile } from 'node:fs/promises';
import { startSystem } from '@faktorz/testing';
import { request } from 'undici';
import { apiOf, createNamespace, NAMESPACE, paths, tagAt } from './support/api.mjs';
import { percentile, printTable, sequentially, timed } from './support/measure.mjs';
import { twoImages } from './support/two-images.mjs';

const STREAMS = Number(process.env.BENCH_STREAMS ?? 100_000);
const ENTRIES_PER_STREAM = 10;
const BIG_STREAM_TAGS = 10_000;
const LIST = '/apis/image.openshift.io/v1/imagestreams';

const system = await startSystem();
const api = apiOf(system);
await createNamespace(api);
const { registry, digests } = await twoImages(api);
const loading = await timed(load);
const [{ entries, streams }] = await system.query(
  `SELECT (SELECT count(*) FROM tag_tracker.tag_event_version WHERE valid_to = 9223372036854775807) AS entries,
          (SELECT count(*) FROM tag_tracker.image_stream) AS streams`,
);
console.log(`${streams} streams, ${entries} history entries, loaded in ${(loading / 1000).toFixed(0)} s\n`);

const rows = [];
let watched = 0;
const add = (name, times) => {
  rows.push([name, percentile(times, 0.5), percentile(times, 0.99)]);
  console.error(name, percentile(times, 0.5));
};
const some = (index) => `load${String(((index * 7919) % STREAMS) + 1).padStart(6, '0')}`;
add('GET a stream', await sequentially(300, (index) => api.get(paths.stream(some(Math.abs(index))))));
add('GET the stream of 10,000 tags', await sequentially(10, () => api.get(paths.stream('big')), 2));
add('move a tag in the stream of 10,000', await sequentially(200, (index) => move('big', 't5000', index)));
add('GET a tag of it', await sequentially(200, () => api.get(paths.tag('big', 't5000'))));
add('move a tag in a stream of 2', await sequentially(200, (index) => move('app', 'moving', index)));
add('first event of a watch from now on', await sequentially(50, watchOnce, 5));
const before = await memory();
const pages = await allPages();
add(`LIST, each page of 500 (${pages.times.length} pages)`, pages.times);
printTable(['request, one at a time', 'p50 ms', 'p99 ms'], rows);

console.log();
const whole = await wholeList();
const after = await memory();
printTable(
  ['LIST of everything', 'seconds', 'items or MB', 'tag-tracker MB before', 'peak MB'],
  [
    ['in pages of 500', pages.seconds, pages.items, before.resident, ''],
    ['in one answer, streamed', whole.seconds, whole.megabytes, before.resident, after.peak],
  ],
);
await registry.stop();
await api.close();
await system.stop();

async function move(stream, tag, index) {
  const source = tagAt('app', tag, digests[Math.abs(index) % 2]);
  await api.json('PUT', paths.tag(stream, tag), { ...source, metadata: { name: `${stream}:${tag}` } });
}

/** Opens a watch at the newest version, moves a tag, and waits for the event. Every call changes the tag: nothing else is an event. */
async function watchOnce() {
  const { metadata } = JSON.parse(await api.get(`${paths.streams}?limit=1`));
  const watching = await request(
    `${system.apiUrl}${paths.streams}?watch=1&resourceVersion=${metadata.resourceVersion}&fieldSelector=metadata.name%3Dapp`,
    { dispatcher: api.agent, headers: { authorization: `Bearer ${system.token}` } },
  );
  await move('app', 'watched', watched++);
  for await (const chunk of watching.body) if (chunk.length > 0) break;
}

async function allPages() {
  const times = [];
  let items = 0;
  let next = '';
  do {
    const begin = performance.now();
    const page = JSON.parse(await api.get(`${LIST}?limit=500${next && `&continue=${next}`}`));
    times.push(performance.now() - begin);
    items += page.items.length;
    next = encodeURIComponent(page.metadata.continue ?? '');
  } while (next !== '');
  const seconds = times.reduce((sum, time) => sum + time, 0) / 1000;
  return { times: times.sort((a, b) => a - b), items, seconds };
}

/** Everything in one answer, read and forgotten. */
async function wholeList() {
  let bytes = 0;
  const elapsed = await timed(async () => {
    const answer = await request(`${system.apiUrl}${LIST}`, {
      dispatcher: api.agent,
      headers: { authorization: `Bearer ${system.token}` },
    });
    for await (const chunk of answer.body) bytes += chunk.length;
  });
  return { seconds: elapsed / 1000, megabytes: bytes / 1e6 };
}

async function memory() {
  const [pid] = await system.pids('tag-tracker');
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const mb = (field) => Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1]) / 1024;
  return { resident: mb('VmRSS'), peak: mb('VmHWM') };
}

/** Writes rows as the service would have, with log rows and two ended versions of each stream, straight into its tables. */
async function load() {
  const FOREVER = '9223372036854775807';
  await system.query(`
    SET search_path = tag_tracker;
    CREATE TEMP TABLE made AS
      SELECT i, gen_random_uuid() AS uid, 'load' || lpad(i::text, 6, '0') AS name,
             (SELECT position FROM change_counter) + i * 3 AS last
        FROM generate_series(1, ${STREAMS}) i;
    CREATE TEMP TABLE made_big AS
      SELECT gen_random_uuid() AS uid, (SELECT max(last) + 1 FROM made) AS last;
    INSERT INTO change_log (position, resource, namespace, name, uid, change)
      SELECT last - back, 'imagestreams.image.openshift.io', '${NAMESPACE}', name, uid::text,
             CASE back WHEN 2 THEN 'ADDED' ELSE 'MODIFIED' END
        FROM made, generate_series(2, 0, -1) back ORDER BY 1;
    INSERT INTO change_log (position, resource, namespace, name, uid, change)
      SELECT last, 'imagestreams.image.openshift.io', '${NAMESPACE}', 'big', uid::text, 'ADDED' FROM made_big;
    UPDATE change_counter SET position = (SELECT last FROM made_big);
    INSERT INTO image_stream (namespace, name, uid)
      SELECT '${NAMESPACE}', name, uid FROM made UNION ALL SELECT '${NAMESPACE}', 'big', uid FROM made_big;
    INSERT INTO image_stream_version (uid, namespace, name, valid_from, valid_to, generation, metadata, local_lookup)
      SELECT uid, '${NAMESPACE}', name, last - back, CASE back WHEN 0 THEN ${FOREVER} ELSE last - back + 1 END,
             3 - back, '{"creationTimestamp": "2026-01-01T00:00:00Z"}'::jsonb, false
        FROM made, generate_series(2, 0, -1) back
      UNION ALL
      SELECT uid, '${NAMESPACE}', 'big', last, ${FOREVER}, 1, '{"creationTimestamp": "2026-01-01T00:00:00Z"}'::jsonb, false FROM made_big;
    INSERT INTO stream_tag_version (stream_uid, tag, valid_from, spec)
      SELECT uid, 'latest', last, '{"name": "latest", "annotations": null, "generation": 1, "importPolicy": {}, "referencePolicy": {"type": "Source"}}'::jsonb FROM made
      UNION ALL
      SELECT uid, 't' || n, last, jsonb_build_object('name', 't' || n, 'annotations', null, 'generation', 1,
             'importPolicy', '{}'::jsonb, 'referencePolicy', '{"type": "Source"}'::jsonb)
        FROM made_big, generate_series(1, ${BIG_STREAM_TAGS}) n;
    INSERT INTO tag_event_version
        (stream_uid, tag, seq, valid_from, created, reference, image, generation, first_seen, cause, caused_by)
      SELECT uid, tag, nextval('tag_event_seq'), last, '2026-01-01T00:00:00Z', 'registry.example/load@' || image, image, 1,
             '2026-01-01T00:00:00Z', 'import', 'load'
        FROM (SELECT uid, 'latest' AS tag, last, 'sha256:' || encode(sha256((i * 100 + n)::text::bytea), 'hex') AS image
                FROM made, generate_series(1, ${ENTRIES_PER_STREAM}) n
              UNION ALL
              SELECT uid, 't' || n, last, 'sha256:' || encode(sha256(n::text::bytea), 'hex')
                FROM made_big, generate_series(1, ${BIG_STREAM_TAGS}) n) entry;
    ANALYZE;`);
}
