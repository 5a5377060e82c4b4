import { DockerRegistry, eventually, startSystem } from '@faktorz/testing';
import { IMAGE_API } from '../image-streams.js';
import { checkHistory, checkOperations, checkWatch } from './checks.js';
import { ImagePool } from './image-pool.js';
import { Mayhem, type Victim } from './mayhem.js';
import { PatientClient } from './patient-client.js';
import { Random } from './random.js';
import { ResumingWatch } from './resuming-watch.js';
import { StreamWriter } from './stream-writer.js';
import { readHistory, readLog, STREAMS } from './system-log.js';
import { printTable } from './table.js';
import { comeToRest, killRows } from './tag-faults.js';

/** How long and how hard. */
export interface WatchFaultsPlan {
  seed: number;
  durationMs: number;
  killPauseMs: readonly [number, number];
  quietTimeoutMs: number;
}

const NAMESPACE = 'watched';
const WRITERS = 8;
const STREAM_NAMES = ['app0', 'app1', 'app2'];
/** Those a watch or a write goes through. */
const VICTIMS: readonly Victim[] = [
  { service: 'tag-tracker', index: 0 },
  { service: 'tag-tracker', index: 1 },
  { service: 'tag-tracker', index: 0 },
  { service: 'tag-tracker', index: 1 },
  { service: 'gateway', index: 0 },
  { service: 'auth', index: 0 },
  { service: 'nats-server', index: 0 },
  { service: 'postgresql', index: 0 },
];

/** Eight writers write to a few streams while others watch and processes are killed; returns what is wrong afterwards. */
export async function runWatchFaults(plan: WatchFaultsPlan): Promise<string[]> {
  const random = new Random(plan.seed);
  await using registry = await DockerRegistry.start();
  const pool = await ImagePool.push(registry, 16);
  await using system = await startSystem({ replicas: { 'tag-tracker': 2 } });
  const client = new PatientClient(system);
  await client.expect([201], 'POST', '/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: NAMESPACE },
  });
  await pool.importInto(NAMESPACE, client);
  const listed = await client.expect<{ metadata: { resourceVersion: string } }>([200], 'GET', listPath(NAMESPACE));
  const start = listed.body.metadata.resourceVersion;

  const watch = (name: string, path: string): ResumingWatch => new ResumingWatch(system, name, path, start);
  const inNamespace = `namespaces/${NAMESPACE}/imagestreams`;
  const watches = [
    watch('watch of the namespace', inNamespace),
    watch('watch with short time limits', `${inNamespace}?timeoutSeconds=3`),
    watch('watch of all namespaces', 'imagestreams'),
  ];
  const ofOne = watch(
    'watch of one stream',
    `${inNamespace}?fieldSelector=${encodeURIComponent('metadata.name=app0')}`,
  );
  const watching = new AbortController();
  const watched = [...watches, ofOne].map((each) => each.run(watching.signal));

  const writers = Array.from({ length: WRITERS }, (_, index) => {
    const habits = { direct: 10, imported: 2, background: 2, deleteTag: 2, deleteStream: 0 };
    const stream = STREAM_NAMES[index % STREAM_NAMES.length] ?? '';
    return new StreamWriter(
      new PatientClient(system),
      pool,
      random.fork(),
      { ...habits, pauseMs: [10, 100], suffix: `-${index}` },
      NAMESPACE,
      stream,
    );
  });
  const over = AbortSignal.timeout(plan.durationMs);
  const mayhem = new Mayhem(system, random.fork());
  await Promise.all([mayhem.rage(VICTIMS, plan.killPauseMs, over), ...writers.map((writer) => writer.run(over))]);
  await comeToRest(system, plan.quietTimeoutMs);
  const log = await readLog(system, NAMESPACE, BigInt(start));
  const changes = log.filter(({ resource }) => resource === STREAMS);
  const newest = changes.at(-1)?.position ?? 0n;
  const isCaughtUp = (): boolean =>
    [...watches, ofOne].every(({ upTo, problems }) => upTo >= newest || problems.length > 0);
  await eventually('all watches have caught up', isCaughtUp, plan.quietTimeoutMs).catch(() => undefined); // the check says what is missing
  watching.abort();
  await Promise.all(watched);

  const operations = checkOperations(writers, log);
  printTable(`Faults while streams are watched (seed ${plan.seed})`, {
    ...killRows(mayhem),
    'acknowledged operations': writers.reduce((sum, writer) => sum + writer.operations.length, 0),
    'changes of streams in the log': changes.length,
    'times a watch began': [...watches, ofOne].map(({ begun }) => begun).join(', '),
    'changes each watch saw': [...watches, ofOne].map(({ seen }) => seen.length).join(', '),
  });
  const history = await readHistory(system, NAMESPACE);
  return [
    ...[...watches, ofOne].flatMap(({ problems }) => problems),
    ...watches.flatMap(({ name, seen }) => checkWatch(name, seen, log)),
    ...checkWatch(ofOne.name, ofOne.seen, log, 'app0'),
    ...operations.problems,
    ...checkHistory(
      history.filter(({ since }) => since > BigInt(start)),
      log,
    ),
  ];
}

function listPath(namespace: string): string {
  return `${IMAGE_API}/namespaces/${namespace}/imagestreams`;
}
