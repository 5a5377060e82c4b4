// CPU time of the system's processes, which says more than a clock where other programs use the machine too.
import { readdir, readFile } from 'node:fs/promises';

const MS_PER_TICK = 10; // USER_HZ is 100 on every Linux
const SERVICES = ['gateway', 'auth', 'tag-tracker', 'importer', 'trigger-dispatcher', 'workloads'];

/** The processes whose time is counted: the five services, PostgreSQL with all its backends, nats-server. */
export const CPU_COLUMNS = [...SERVICES, 'postgres', 'nats-server'];

/** Milliseconds of CPU each column has used so far. */
export async function cpuTimes(system) {
  const processes = await allProcesses();
  const times = {};
  const launchers = new Set();
  for (const service of SERVICES) {
    const mine = (await system.pids(service)).map((pid) => processes.get(pid)).filter(Boolean);
    for (const { parent } of mine) launchers.add(parent);
    times[service] = sum(mine.map(({ ms }) => ms));
  }
  const children = (parents) => [...processes.values()].filter(({ parent }) => parents.has(parent));
  const servers = children(launchers);
  times['nats-server'] = sum(servers.filter(({ name }) => name === 'nats-server').map(({ ms }) => ms));
  const postmasters = servers.filter(({ name }) => name === 'postgres');
  const backends = children(new Set(postmasters.map(({ pid }) => pid)));
  // Backends that have ended are in their parent's share of ended children.
  times.postgres = sum([...postmasters.map(({ ms, endedMs }) => ms + endedMs), ...backends.map(({ ms }) => ms)]);
  return times;
}

/** Milliseconds of CPU per request: each column, and all together, for `count` requests that `work` makes. */
export async function cpuPerRequest(system, count, work) {
  const before = await cpuTimes(system);
  await work();
  const after = await cpuTimes(system);
  const each = CPU_COLUMNS.map((column) => (after[column] - before[column]) / count);
  return [...each, sum(each)];
}

/** Milliseconds of CPU one process has used so far. */
export async function processCpuMs(pid) {
  return (await processOf(pid))?.ms ?? NaN;
}

async function allProcesses() {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(pids.map(processOf));
  return new Map(found.filter(Boolean).map((process) => [process.pid, process]));
}

async function processOf(pid) {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return undefined;
  const [, name, rest] = /^\d+ \((.*)\) (.*)$/s.exec(stat);
  const fields = rest.split(' ');
  const [user, kernel, endedUser, endedKernel] = fields.slice(11, 15).map(Number);
  return {
    pid: Number(pid),
    name,
    parent: Number(fields[1]),
    ms: (user + kernel) * MS_PER_TICK,
    endedMs: (endedUser + endedKernel) * MS_PER_TICK,
  };
}

function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}
