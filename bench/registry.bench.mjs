// The integrated registry against Debian's docker-registry: the same client, the same disk, one after the other in the
// same run. A client is a process of its own with one connection; both registries speak plain HTTP on loopback.
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { DockerRegistry, randomImage, startSystem } from '@faktorz/testing';
import { apiOf, createNamespace, importOf, NAMESPACE, paths } from './support/api.mjs';
import { imageOfLayers, pullTimes } from './support/cold-pull.mjs';
import { printTable } from './support/measure.mjs';

const CLIENT = fileURLToPath(new URL('support/registry-client.mjs', import.meta.url));
const MEGABYTE = 1_000_000;
const REPOSITORY = `${NAMESPACE}/load`;
const SHAPES = [
  { name: '1 × 1 GB', count: 1, sizeBytes: 1000 * MEGABYTE, clients: [1] },
  { name: '100 × 10 MB', count: 100, sizeBytes: 10 * MEGABYTE, clients: [1, 4, 16] },
  { name: '2,000 × 4 kB', count: 2000, sizeBytes: 4096, clients: [1, 4, 16] },
];
const ROUNDS = Number(process.env.ROUNDS ?? 3);
const only = process.env.ONLY;

const docker = await DockerRegistry.start();
const system = await startSystem();
const api = apiOf(system);
await createNamespace(api);
const ours = { name: 'FaktorZ', host: '127.0.0.1', port: system.registryPort, authorization: `Bearer ${system.token}` };
const theirs = { name: 'docker-registry', host: '127.0.0.1', port: Number(docker.host.split(':')[1]) };
const pids = { [ours.name]: (await system.pids('registry'))[0], [theirs.name]: docker.pid };

/** Runs one client; what it prints. */
function client(registry, job) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CLIENT], { stdio: ['pipe', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.on('exit', (code) =>
      code === 0 ? resolve(JSON.parse(output)) : reject(new Error(`client: exit code ${code}`)),
    );
    child.stdin.end(JSON.stringify({ ...registry, repository: REPOSITORY, ...job }));
  });
}

/** The slowest of the clients counts: they start together. */
async function together(registry, jobs) {
  const results = await Promise.all(jobs.map((job) => client(registry, job)));
  return { ms: Math.max(...results.map(({ ms }) => ms)), results };
}

async function measure(registry, { count, sizeBytes }, clients) {
  const share = Math.ceil(count / clients);
  const cpuBefore = await cpuSeconds(pids[registry.name]);
  const pushed = await together(
    registry,
    Array.from({ length: clients }, () => ({ kind: 'push', count: share, sizeBytes })),
  );
  const cpuBetween = await cpuSeconds(pids[registry.name]);
  const pulled = await together(
    registry,
    pushed.results.map(({ digests }) => ({ kind: 'pull', digests })),
  );
  const cpuAfter = await cpuSeconds(pids[registry.name]);
  const gigabytes = (share * clients * sizeBytes) / 1e9;
  const blobs = share * clients;
  const perSecond = (ms) => (sizeBytes < MEGABYTE ? blobs / (ms / 1000) : (gigabytes * 1000) / (ms / 1000));
  return {
    push: perSecond(pushed.ms),
    pull: perSecond(pulled.ms),
    pushCpu: (cpuBetween - cpuBefore) / gigabytes,
    pullCpu: (cpuAfter - cpuBetween) / gigabytes,
  };
}

/** Medians over the rounds, in which the registries take turns. */
async function compare(work) {
  const all = { [ours.name]: [], [theirs.name]: [] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const registry of round % 2 === 0 ? [ours, theirs] : [theirs, ours]) {
      all[registry.name].push(await work(registry));
    }
  }
  return (pick) => [ours, theirs].map(({ name }) => median(all[name].map(pick)));
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

const rows = [];
for (const shape of SHAPES) {
  if (only && !shape.name.includes(only)) continue;
  for (const clients of shape.clients) {
    const of = await compare((registry) => measure(registry, shape, clients));
    const unit = shape.sizeBytes < MEGABYTE ? 'blobs/s' : 'MB/s';
    for (const [what, cpu] of [
      ['push', 'pushCpu'],
      ['pull', 'pullCpu'],
    ]) {
      const [a, b] = of((result) => result[what]);
      const [cpuA, cpuB] = of((result) => result[cpu]);
      const isLarge = shape.sizeBytes >= MEGABYTE;
      rows.push([what, shape.name, clients, unit, a, b, a / b, isLarge ? cpuA : '', isLarge ? cpuB : '']);
    }
  }
}
if (rows.length > 0) {
  printTable(
    ['', 'blobs', 'clients', 'unit', 'FaktorZ', 'docker-registry', 'ratio', 'CPU s/GB', 'CPU s/GB (d-r)'],
    rows,
  );
}

if (!only || only === 'manifests') {
  const image = randomImage({ form: 'docker' });
  await docker.push(`${REPOSITORY}:tag`, image);
  await pushOurs(image);
  const table = [];
  for (const [reference, name] of [
    ['tag', 'by tag'],
    [image.digest, 'by digest'],
  ]) {
    for (const method of ['GET', 'HEAD']) {
      const job = { kind: 'manifest', reference, accept: image.mediaType, method, connections: 16 };
      const of = await compare(async (registry) => {
        const count = registry === ours ? 20_000 : 4_000;
        return (await client(registry, { ...job, count })).ms / count;
      });
      const [a, b] = of((ms) => 1000 / ms);
      table.push([`${method} ${name}`, a, b, a / b]);
    }
  }
  console.log();
  printTable(['manifests, 16 connections', 'FaktorZ /s', 'docker-registry /s', 'ratio'], table);
}
if (!only || only === 'pull-through') {
  const sizeBytes = 1000 * MEGABYTE;
  const { digests } = await client(theirs, { kind: 'push', count: ROUNDS, sizeBytes });
  await docker.push(`${REPOSITORY}:cold`, imageOfLayers(digests, sizeBytes));
  await api.json('POST', paths.imports, importOf('elsewhere', `${docker.host}/${REPOSITORY}:cold`, 'cold'));
  const blob = `http://127.0.0.1:${system.registryPort}/v2/${NAMESPACE}/elsewhere/blobs`;
  const [cold, kept] = [[], []];
  for (const digest of digests) {
    cold.push(await pullTimes(`${blob}/${digest}`, ours.authorization));
    kept.push(await pullTimes(`${blob}/${digest}`, ours.authorization));
  }
  const row = (times) => ['firstByte', 'all'].map((name) => median(times.map((time) => time[name])));
  console.log();
  printTable(
    ['pull of 1 GB from another registry', 'first byte ms', 'all ms'],
    [
      ['the first time', ...row(cold)],
      ['again', ...row(kept)],
    ],
  );
}
for (const { name } of [ours, theirs]) console.log(`peak memory of ${name}: ${await peakMegabytes(pids[name])} MB`);

async function pushOurs(image) {
  const base = `http://127.0.0.1:${system.registryPort}/v2/${REPOSITORY}`;
  const send = async (method, url, body, type) => {
    const headers = { authorization: ours.authorization, ...(type && { 'content-type': type }) };
    const answer = await fetch(new URL(url, base), { method, body, headers });
    if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`);
  };
  for (const { digest, bytes } of image.blobs) await send('POST', `${base}/blobs/uploads/?digest=${digest}`, bytes);
  await send('PUT', `${base}/manifests/tag`, image.manifest, image.mediaType);
}

async function cpuSeconds(pid) {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100; // USER_HZ is 100 on every Linux
}

async function peakMegabytes(pid) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024);
}
await api.close();
await Promise.all([docker.stop(), system.stop()]);
