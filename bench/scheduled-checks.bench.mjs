// What watching many tags costs: requests, CPU and writes for each check; the import of a new tag, and of a whole repository.
// BENCH_TAGS, BENCH_REPLICAS=1,2,4 and BENCH_REPOSITORY_TAGS make it smaller.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import {
  DockerRegistry,
  eventually,
  guard,
  randomImage,
  ScriptedRegistry,
  startSystem,
  tokenServer,
} from '@faktorz/testing';
import { apiOf, createNamespace, importOf, NAMESPACE, paths } from './support/api.mjs';
import { cpuTimes } from './support/cpu.mjs';
import { percentile, perSecond, printTable, sequentially, timed } from './support/measure.mjs';

const run = promisify(execFile);
const TAGS = Number(process.env.BENCH_TAGS ?? 10_000);
const REPLICAS = (process.env.BENCH_REPLICAS ?? '1,2,4').split(',').map(Number);
const REPOSITORY_TAGS = Number(process.env.BENCH_REPOSITORY_TAGS ?? 1000);
/** Tags that the registry really has; the scheduled ones share them. */
const REAL_TAGS = 50;
const NEVER_SECONDS = 86_400;
const env = { FAKTORZ_IMPORTER_MAX_CHECKS_PER_MINUTE: '0', FAKTORZ_IMPORTER_TAGS_PER_REPOSITORY: '-1' };

const registry = await DockerRegistry.start();
const image = randomImage();
for (let index = 0; index < REAL_TAGS; index += 1) await registry.push(`bench/checked:t${index}`, image);

const rows = [];
for (const count of REPLICAS) rows.push(await checkAll(count));
printTable(
  [
    'checks of unchanged tags',
    'tags',
    'tags/s',
    'importer CPU ms',
    'PostgreSQL CPU ms',
    'rows written',
    'transactions',
  ],
  rows,
);
console.log();
await withSystem(1, async (system, api) => {
  await countRequests(system);
  console.log();
  await importNewTag(api);
  console.log();
  await importRepository(system, api);
});
await registry.stop();

async function withSystem(replicas, use) {
  const system = await startSystem({ replicas: { importer: replicas }, env });
  const api = apiOf(system);
  await createNamespace(api);
  try {
    return await use(system, api);
  } finally {
    await api.close();
    await system.stop();
  }
}

/** Lets all tags be due at once, after a round that does not count; figures are for each check. */
async function checkAll(replicas) {
  return withSystem(replicas, async (system) => {
    await scheduleTags(system, registry.host, TAGS);
    await letAllBeDue(system);
    const [cpuBefore, before] = [await cpuTimes(system), await written(system)];
    const elapsedMs = await timed(() => letAllBeDue(system));
    const [cpuAfter, after] = [await cpuTimes(system), await written(system)];
    const each = (name) => (cpuAfter[name] - cpuBefore[name]) / TAGS;
    const rate = (TAGS / elapsedMs) * 1000;
    const label = `${replicas} ${replicas === 1 ? 'replica' : 'replicas'}`;
    const writes = (after.rows - before.rows) / TAGS - 1; // one is our own, which made the tag due
    return [label, TAGS, rate, each('importer'), each('postgres'), writes, (after.commits - before.commits) / TAGS];
  });
}

/** Makes tags that are known as they are, and confirmed just now, so that their streams are not asked for. */
async function scheduleTags(system, host, count) {
  await system.query(
    `INSERT INTO importer.registry_account (registry, account) VALUES ($1, '') ON CONFLICT DO NOTHING`,
    [host],
  );
  await system.query(
    `INSERT INTO importer.check_schedule (namespace, stream, tag, uid, registry, account, upstream_digest, due_at, item)
     SELECT $1, 's' || n / 100, 't' || n, 'u', $2, '', $3, now() + make_interval(secs => ${NEVER_SECONDS}),
       json_build_object('tag', 't' || n, 'generation', 1, 'from', $2 || '/bench/checked:t' || n % ${REAL_TAGS},
         'importPolicy', json_build_object('insecure', true, 'scheduled', true), 'referencePolicy', json_build_object('type', 'Source'))
     FROM generate_series(0, $4::int - 1) n`,
    [NAMESPACE, host, image.digest, count],
  );
  await system.query('ANALYZE importer.check_schedule');
}

async function letAllBeDue(system) {
  await system.query('UPDATE importer.check_schedule SET due_at = now()');
  const isOver = async () => {
    const [{ left }] = await system.query(
      'SELECT count(*)::int AS left FROM importer.check_schedule WHERE due_at <= now()',
    );
    return left === 0;
  };
  await eventually('all tags are checked', isOver, 600_000);
}

/** Rows the importer has written and transactions it has committed, so far. */
async function written(system) {
  await system.query('SELECT pg_stat_force_next_flush()');
  const [tables] = await system.query(
    `SELECT sum(n_tup_ins + n_tup_upd + n_tup_del)::int AS rows FROM pg_stat_all_tables WHERE schemaname = 'importer'`,
  );
  const [database] = await system.query(
    `SELECT xact_commit::int AS commits FROM pg_stat_database WHERE datname = 'faktorz'`,
  );
  return { rows: tables.rows, commits: database.commits };
}

/** Counts what a registry with tokens is asked for one unchanged tag. */
async function countRequests(system) {
  const server = await ScriptedRegistry.start();
  for (let index = 0; index < REAL_TAGS; index += 1) server.serve('bench/checked', `t${index}`, image);
  server
    .on(/^\/v2\//, guard('Bearer abc', `Bearer realm="${server.url}/token",service="bench"`))
    .on('/token', tokenServer('abc'));
  const tags = 200;
  await scheduleTags(system, server.host, tags);
  await letAllBeDue(system);
  server.requests.length = 0;
  await letAllBeDue(system);
  const heads = server.requests.filter(({ method }) => method === 'HEAD').length;
  printTable(
    ['requests for each unchanged tag', 'HEAD', 'others'],
    [['once a token is held', heads / tags, (server.requests.length - heads) / tags]],
  );
  await server.stop();
  await system.query('DELETE FROM importer.check_schedule');
}

/** Each import brings an image that was never seen; skopeo asks for the same two documents. */
async function importNewTag(api) {
  const count = 40;
  const from = (index) => `${registry.host}/bench/new:v${index}`;
  for (let index = 0; index < count; index += 1) await registry.push(`bench/new:v${index}`, randomImage());
  const imports = await sequentially(
    count - 10,
    (index) => api.json('POST', paths.imports, importOf(`n${index + 10}`, from(index + 10), 'latest')),
    10,
  );
  const inspect =
    (reference) =>
    async (...flags) =>
      run('skopeo', ['inspect', '--tls-verify=false', ...flags, `docker://${reference}`]);
  const inspects = await sequentially(
    20,
    async (index) => {
      const ask = inspect(from(Math.abs(index)));
      await ask('--raw');
      await ask('--config', '--raw');
    },
    2,
  );
  const ours = await requestsOf((host) =>
    api.json('POST', paths.imports, importOf('counted', `${host}/x/y:1`, 'latest')),
  );
  const theirs = await requestsOf(async (host) => {
    const ask = inspect(`${host}/x/y:1`);
    await ask('--raw');
    await ask('--config', '--raw');
  });
  printTable(
    ['one new tag', 'p50 ms', 'p99 ms', 'requests, registry never seen'],
    [
      ['import request', percentile(imports, 0.5), percentile(imports, 0.99), ours],
      ['skopeo inspect --raw, and --config', percentile(inspects, 0.5), percentile(inspects, 0.99), theirs],
    ],
  );
}

async function requestsOf(work) {
  const server = await ScriptedRegistry.start();
  server.serve('x/y', '1', randomImage());
  await work(server.host);
  const { length } = server.requests;
  await server.stop();
  return length;
}

async function importRepository(system, api) {
  await perSecond(REPOSITORY_TAGS, 8, (index) => registry.push(`bench/whole:v1.${index}`, randomImage()));
  const request = {
    apiVersion: 'image.openshift.io/v1',
    kind: 'ImageStreamImport',
    metadata: { name: 'whole' },
    spec: {
      import: true,
      repository: {
        from: { kind: 'DockerImage', name: `${registry.host}/bench/whole` },
        importPolicy: { insecure: true },
      },
    },
    status: {},
  };
  let answer;
  const elapsedMs = await timed(async () => {
    answer = await api.json('POST', `${paths.imports}?timeout=10m`, request);
  });
  const good = answer.status.repository.images.filter(({ status }) => status.status === 'Success').length;
  const [importer] = await system.pids('importer');
  const [tagTracker] = await system.pids('tag-tracker');
  printTable(
    [
      `import of a repository of ${REPOSITORY_TAGS} tags`,
      'imported',
      'seconds',
      'importer peak MB',
      'tag-tracker peak MB',
    ],
    [['--all', good, elapsedMs / 1000, await peakMegabytes(importer), await peakMegabytes(tagTracker)]],
  );
}

async function peakMegabytes(pid) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)[1]) / 1024;
}
