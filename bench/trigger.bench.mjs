// From a moved tag to changed objects: one at a time, 1,000 dependents of one tag beside a bare loop of the same patches, and
// what 10,000 objects that follow 5,000 streams weigh at rest.
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSystem } from '@faktorz/testing';
import { request } from 'undici';
import { apiOf, createNamespace, NAMESPACE, paths } from './support/api.mjs';
import { cpuTimes } from './support/cpu.mjs';
import { figure, percentile, printTable, sequentially, timed } from './support/measure.mjs';

const ONE_AT_A_TIME = Number(process.env.BENCH_TRIGGER_MOVES ?? 200);
const DEPENDENTS = Number(process.env.BENCH_TRIGGER_DEPENDENTS ?? 1_000);
const OBJECTS = Number(process.env.BENCH_TRIGGER_OBJECTS ?? 10_000);
const STREAMS = Number(process.env.BENCH_TRIGGER_STREAMS ?? 5_000);
const REST_SECONDS = Number(process.env.BENCH_TRIGGER_REST_SECONDS ?? 20);
/** Objects that one dispatcher writes at a time. */
const CONCURRENCY = 16;
const DEPLOYMENTS = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`;
const STRATEGIC = 'application/strategic-merge-patch+json';

const system = await startSystem();
const api = apiOf(system);
await createNamespace(api);
const watch = await watchDeployments();

await makeStream('single', 0);
await makeDeployment('single', 'single');
await watch.until('single', imageOf('single', 0));
const idle = await sequentially(ONE_AT_A_TIME, (index) => moveAndWait('single', index + 1_000));
const ledger = await writeTimes();
printTable(
  ['tag moved to object updated, one at a time', 'p50 ms', 'p99 ms'],
  [
    ['request sent to watch event', percentile(idle, 0.5), percentile(idle, 0.99)],
    ['tag committed to write noted', percentile(ledger, 0.5), percentile(ledger, 0.99)],
  ],
);
console.log();

await makeStream('many', 0);
const dependents = Array.from({ length: DEPENDENTS }, (_, index) => `many-${index}`);
await inLoops(dependents, (name) => makeDeployment(name, 'many'));
await watch.untilAll(dependents, imageOf('many', 0));
await settled();
const plain = Array.from({ length: DEPENDENTS }, (_, index) => `plain-${index}`);
await inLoops(plain, (name) => makeDeployment(name));
const bareMs = await timed(() => inLoops(plain, patchBare));
const before = await cpuTimes(system);
const rolledMs = await timed(async () => {
  await move('many', 2);
  await watch.untilAll(dependents, imageOf('many', 2));
});
const after = await cpuTimes(system);
const recorded = await recordsOf(imageOf('many', 2));
printTable(
  [`${DEPENDENTS} dependents of one tag`, 'seconds', 'against the bare loop', 'written', 'attempts'],
  [
    [`bare loop of the same patches, ${CONCURRENCY} at a time`, bareMs / 1000, 1, DEPENDENTS, DEPENDENTS],
    ['tag moved until all show it', rolledMs / 1000, rolledMs / bareMs, recorded.written, recorded.attempts],
  ],
);
const spent = ['trigger-dispatcher', 'workloads', 'postgres', 'auth'].map(
  (name) => `${name} ${figure((after[name] - before[name]) / DEPENDENTS)}`,
);
console.log(`CPU milliseconds for each object: ${spent.join(', ')}\n`);

await fill();
await settled();
const [rested, cpu] = await atRest();
printTable(
  [`at rest, ${OBJECTS} objects that follow ${STREAMS} streams`, 'MB', 'CPU ms a second'],
  [
    ['trigger-dispatcher', rested['trigger-dispatcher'], cpu['trigger-dispatcher']],
    ['workloads', rested.workloads, cpu.workloads],
    ['postgres', '', cpu.postgres],
  ],
);
watch.stop();
await api.close();
await system.stop();

function imageOf(stream, index) {
  return `registry.example/${stream}:${index}`;
}

/** A stream with one tag that is a mere reference: nothing has to be imported. */
function streamOf(name, index) {
  const from = { kind: 'DockerImage', name: imageOf(name, index) };
  return {
    apiVersion: 'image.openshift.io/v1',
    kind: 'ImageStream',
    metadata: { name },
    spec: { tags: [{ name: 'stable', reference: true, from }] },
  };
}

async function makeStream(name, index) {
  await api.json('POST', paths.streams, streamOf(name, index));
}

async function move(stream, index) {
  await api.json('PUT', paths.tag(stream, 'stable'), {
    apiVersion: 'image.openshift.io/v1',
    kind: 'ImageStreamTag',
    metadata: { name: `${stream}:stable` },
    tag: streamOf(stream, index).spec.tags[0],
  });
}

async function makeDeployment(name, stream, image = ' ') {
  const from = { kind: 'ImageStreamTag', name: `${stream}:stable` };
  const triggers = [{ from, fieldPath: 'spec.template.spec.containers[?(@.name=="main")].image' }];
  const annotations = { 'image.openshift.io/triggers': JSON.stringify(triggers) };
  await api.json('POST', DEPLOYMENTS, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, ...(stream && { annotations }) },
    spec: {
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'main', image }] } },
    },
  });
}

/** The patch a trigger makes, of an object that follows nothing. */
async function patchBare(name) {
  const containers = [{ name: 'main', image: imageOf('bare', 1) }];
  const body = { spec: { template: { spec: { containers } } } };
  await api.send('PATCH', `${DEPLOYMENTS}/${name}`, { body, type: STRATEGIC });
}

async function moveAndWait(name, index) {
  const shown = watch.until(name, imageOf(name, index));
  await move(name, index);
  await shown;
}

async function inLoops(items, work) {
  const waiting = [...items];
  const loop = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, loop));
}

/** Images of all Deployments as a watch tells them. */
async function watchDeployments() {
  const { metadata } = JSON.parse(await api.get(`${DEPLOYMENTS}?limit=1`));
  const stopping = new AbortController();
  const { body } = await request(`${system.apiUrl}${DEPLOYMENTS}?watch=1&resourceVersion=${metadata.resourceVersion}`, {
    dispatcher: api.agent,
    headers: { authorization: `Bearer ${system.token}` },
    signal: stopping.signal,
    bodyTimeout: 0,
  });
  const images = new Map();
  const waiting = new Map();
  const read = async () => {
    let rest = '';
    body.setEncoding('utf8');
    for await (const chunk of body) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop();
      for (const line of lines) if (line !== '') see(JSON.parse(line).object);
    }
  };
  const see = ({ metadata: { name }, spec }) => {
    const image = spec?.template.spec.containers[0].image;
    images.set(name, image);
    const wanted = waiting.get(name);
    if (wanted?.image !== image) return;
    waiting.delete(name);
    wanted.resolve();
  };
  read().catch((error) => {
    if (!stopping.signal.aborted) throw error;
  });
  const until = (name, image) =>
    new Promise((resolve) => {
      if (images.get(name) === image) resolve();
      else waiting.set(name, { image, resolve });
    });
  return {
    until,
    untilAll: (names, image) => Promise.all(names.map((name) => until(name, image))),
    stop: () => stopping.abort(),
  };
}

/** Waits until no object is left to be looked at, and the reports about them have been made. */
async function settled() {
  for (let quiet = 0; quiet < 3;) {
    const [{ open }] = await system.query('SELECT count(*)::int AS open FROM trigger_dispatcher.trigger_lane');
    quiet = open === 0 ? quiet + 1 : 0;
    await sleep(500);
  }
}

/** Milliseconds from the commit of a change until its write was noted in the ledger, sorted. */
async function writeTimes() {
  const rows = await system.query(
    `SELECT extract(epoch FROM finished_at - changed_at)::float8 * 1000 AS ms FROM trigger_dispatcher.trigger_record
      WHERE phase = 'Written' ORDER BY ms`,
  );
  return rows.map(({ ms }) => ms);
}

async function recordsOf(image) {
  await settled();
  const [row] = await system.query(
    `SELECT count(*) FILTER (WHERE phase = 'Written')::int AS written, sum(attempts)::int AS attempts
       FROM trigger_dispatcher.trigger_record WHERE image = $1`,
    [image],
  );
  return row;
}

/** Many streams, each followed by some objects that show its tag already. */
async function fill() {
  const streams = Array.from({ length: STREAMS }, (_, index) => `rest-${index}`);
  await inLoops(streams, (name) => makeStream(name, 0));
  const objects = Array.from({ length: OBJECTS }, (_, index) => index);
  await inLoops(objects, (index) => {
    const stream = `rest-${index % STREAMS}`;
    return makeDeployment(`${stream}-${index}`, stream, imageOf(stream, 0));
  });
}

async function atRest() {
  await sleep(5_000);
  const begin = await cpuTimes(system);
  await sleep(REST_SECONDS * 1000);
  const end = await cpuTimes(system);
  const perSecond = Object.fromEntries(
    Object.keys(begin).map((name) => [name, (end[name] - begin[name]) / REST_SECONDS]),
  );
  const memory = {};
  for (const service of ['trigger-dispatcher', 'workloads']) {
    const [pid] = await system.pids(service);
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    memory[service] = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
  }
  return [memory, perSecond];
}
