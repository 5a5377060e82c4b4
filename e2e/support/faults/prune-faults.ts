import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { eventually, startSystem, type TestSystem } from '@faktorz/testing';
import { history, streamPath, type StreamView } from '../image-streams.js';
import { run } from '../program.js';
import { Mayhem, type Victim } from './mayhem.js';
import { Random } from './random.js';
import { pushImage, type PushedTestImage, registryStatus } from './registry-pushes.js';
import { printTable } from './table.js';
import { killRows } from './tag-faults.js';

/** How much is pruned, and how hard it is made. */
export interface PruneFaultsPlan {
  seed: number;
  streams: number;
  /** Pushes to each stream's one tag before each run; one revision stays. */
  pushesEach: number;
  /** Runs of `adm prune images` that are killed or meet killed services; and as many of the ImagePruner. */
  runs: number;
  killPauseMs: readonly [number, number];
}

const NAMESPACE = 'pruned';
const PRUNER = '/apis/imageregistry.operator.openshift.io/v1/imagepruners';
const FAKTORZ = fileURLToPath(new URL('../../../apps/cli/bin/faktorz.mjs', import.meta.url));
const REGISTRY: Victim = { service: 'registry', index: 0 };
const VICTIMS: readonly Victim[] = [
  REGISTRY,
  { service: 'tag-tracker', index: 0 },
  { service: 'tag-tracker', index: 1 },
];
const LONGEST_RUN_MS = 60_000;
const COMMAND_STARTS_MS = 800;

/** Everything that was acknowledged, by stream and in the order of the pushes. */
type Pushed = Map<string, PushedTestImage[]>;

/**
 * Prunes by the command and by the ImagePruner while both, the registry and tag-tracker are killed and others push;
 * returns what is wrong afterwards, and prints what happened.
 */
export async function runPruneFaults(plan: PruneFaultsPlan): Promise<string[]> {
  const random = new Random(plan.seed);
  await using system = await startSystem({ replicas: { 'tag-tracker': 2 } });
  await make(system, '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
  await make(system, PRUNER, {
    apiVersion: 'imageregistry.operator.openshift.io/v1',
    kind: 'ImagePruner',
    metadata: { name: 'cluster' },
    spec: { schedule: '0 0 1 1 *', keepTagRevisions: 1, keepYoungerThanDuration: '0s' },
  });
  const pushed: Pushed = new Map(Array.from({ length: plan.streams }, (_, index) => [`app${index}`, []]));
  const mayhem = new Mayhem(system, random.fork());
  const problems: string[] = [];
  for (let round = 0; round < plan.runs * 2; round++) {
    await pushMore(system, pushed, plan.pushesEach);
    const dieAfterMs = random.between(...plan.killPauseMs);
    const pruning =
      round % 2 === 1 ? pruneOnSchedule(system, mayhem, dieAfterMs) : pruneByCommand(system, mayhem, plan, dieAfterMs);
    await Promise.all([pruning, pushMore(system, pushed, 1)]);
    problems.push(...(await missing(system, pushed)));
  }
  await eventually('a run to its end', async () => (await prune(system, LONGEST_RUN_MS)) === 0, 2 * LONGEST_RUN_MS);
  problems.push(...(await missing(system, pushed)), ...(await leftovers(system, pushed)));
  printTable(`Faults while images are pruned (seed ${plan.seed})`, {
    ...killRows(mayhem),
    images: [...pushed.values()].flat().length,
    'runs that met faults': plan.runs * 2,
  });
  return problems;
}

async function make(system: TestSystem, path: string, json: object): Promise<void> {
  const response = await system.request(path, { method: 'POST', json });
  if (response.status !== 201) throw new Error(`POST ${path}: ${response.status} ${await response.text()}`);
}

async function pushMore(system: TestSystem, pushed: Pushed, times: number): Promise<void> {
  for (let push = 0; push < times; push++) {
    await Promise.all(
      [...pushed].map(async ([stream, images]) => {
        const image = await eventually('a push', () => pushImage(system, `${NAMESPACE}/${stream}`, 'latest'), 60_000);
        images.push(image);
      }),
    );
  }
}

/** The exit code of the command; null when it was killed. */
async function prune(system: TestSystem, timeoutMs: number): Promise<number | null> {
  const flags = ['--keep-younger-than=0s', '--keep-tag-revisions=1', '--confirm'];
  const registry = `--registry-url=http://127.0.0.1:${system.registryPort}`;
  const env = { KUBECONFIG: system.kubeconfig };
  const { code } = await run(process.execPath, [FAKTORZ, 'adm', 'prune', 'images', ...flags, registry], {
    env,
    timeoutMs,
  });
  return code;
}

/** The command, and what it talks to, are killed somewhere in the middle. */
async function pruneByCommand(
  system: TestSystem,
  mayhem: Mayhem,
  { killPauseMs }: PruneFaultsPlan,
  dieAfterMs: number,
): Promise<void> {
  const over = new AbortController();
  const raging = mayhem.rage(VICTIMS, killPauseMs, over.signal);
  await prune(system, COMMAND_STARTS_MS + dieAfterMs);
  over.abort();
  await raging;
}

/** The registry is killed in the middle of its run; until the second try of it has ended. */
async function pruneOnSchedule(system: TestSystem, mayhem: Mayhem, dieAfterMs: number): Promise<void> {
  const outcomes = async (): Promise<number> => {
    const response = await system.request(`${PRUNER}/cluster`);
    const { status } = (await response.json()) as { status?: { history?: { startTime: string }[] } };
    return Date.parse(status?.history?.[0]?.startTime ?? '1970-01-01');
  };
  const before = await outcomes();
  await sleep(1_000); // times of outcomes have whole seconds
  await system.query(`UPDATE registry.prune_schedule SET due_at = now() - interval '1 hour'`);
  await sleep(dieAfterMs);
  await mayhem.kill(REGISTRY);
  // Others would wait for the end of its lease, since they cannot know that it is dead.
  await system.query(`UPDATE registry.prune_schedule SET claimed_until = now() WHERE claim_token IS NOT NULL`);
  await eventually(
    'the scheduled run has ended',
    async () => (await outcomes().catch(() => 0)) > before || undefined,
    2 * LONGEST_RUN_MS,
  );
}

/** What a history names has to be there, with all its blobs; the newest push is what the tag shows. */
async function missing(system: TestSystem, pushed: Pushed): Promise<string[]> {
  const problems: string[] = [];
  for (const [stream, images] of pushed) {
    const response = await eventually('the stream', async () => {
      const answer = await system.request(streamPath(NAMESPACE, stream)).catch(() => undefined);
      return answer?.ok ? answer : undefined;
    });
    const named = history((await response.json()) as StreamView, 'latest');
    if (named[0] !== images.at(-1)?.digest) problems.push(`${stream}:latest is not what was pushed last`);
    for (const image of images.filter(({ digest }) => named.includes(digest))) {
      for (const path of [`manifests/${image.digest}`, ...image.blobs.map((digest) => `blobs/${digest}`)]) {
        const status = await registryStatus(system, `${NAMESPACE}/${stream}/${path}`);
        if (status !== 200) problems.push(`${stream} names ${image.digest}, and ${path} is ${status}`);
      }
    }
  }
  return problems;
}

/** After a run to the end: no image but the newest, and nothing shown of which collection would not know that it may go. */
async function leftovers(system: TestSystem, pushed: Pushed): Promise<string[]> {
  const newest = new Set([...pushed.values()].map((images) => images.at(-1)?.digest));
  const old = [...pushed.values()].flat().filter(({ digest }) => !newest.has(digest));
  const problems: string[] = [];
  for (const { digest } of old) {
    const { status } = await system.request(`/apis/image.openshift.io/v1/images/${digest}`);
    if (status !== 404) problems.push(`image ${digest} is left (${status})`);
  }
  const dangling = await system.query<{ what: string }>(
    `SELECT 'a reference to no manifest' AS what FROM registry.manifest_reference r
      WHERE NOT EXISTS (SELECT FROM registry.manifest m WHERE m.digest = r.manifest)
     UNION ALL SELECT 'a manifest without its blob ' || r.digest FROM registry.manifest_reference r
      WHERE NOT EXISTS (SELECT FROM registry.blob b WHERE b.digest = r.digest)`,
  );
  return [...problems, ...dangling.map(({ what }) => what)];
}
