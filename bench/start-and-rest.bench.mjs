// How long the system takes to start, and what each service weighs at rest.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSystem } from '@faktorz/testing';
import { figure, printTable } from './support/measure.mjs';

const SERVICES = ['gateway', 'auth', 'tag-tracker', 'importer', 'trigger-dispatcher', 'workloads', 'registry'];
const base = await mkdtemp(join(tmpdir(), 'faktorz-bench-'));
const options = { dataDirectory: join(base, 'data') };

const cold = await started();
await cold.system.stop();
const warm = await started();
await sleep(10_000);
const weights = [];
for (const service of SERVICES) {
  const [pid] = await warm.system.pids(service);
  weights.push([service, (await residentKiB(pid)) / 1024]);
}
await warm.system.stop();
await rm(base, { recursive: true, force: true });

printTable(
  ['start', 'seconds'],
  [
    ['with an empty data directory', cold.seconds],
    ['with the data of an earlier run', warm.seconds],
  ],
);
console.log();
printTable(['at rest', 'MB resident'], [...weights, ['together', weights.reduce((sum, [, mb]) => sum + mb, 0)]]);
console.log(`(Node ${process.version}; ${figure(process.memoryUsage.rss() / 2 ** 20)} MB for this script)`);

async function started() {
  const begin = performance.now();
  const system = await startSystem(options);
  return { system, seconds: (performance.now() - begin) / 1000 };
}

async function residentKiB(pid) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]);
}
