import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DockerRegistry, eventually, startSystem, type TestSystem } from '@faktorz/testing';
import { IMAGE_API, type StreamView } from '../image-streams.js';
import { checkDeliveries, checkHistory, checkOperations, checkState, type DeliveryCheck } from './checks.js';
import { ImagePool } from './image-pool.js';
import { EVERYBODY, Mayhem } from './mayhem.js';
import { PatientClient } from './patient-client.js';
import { Random } from './random.js';
import { type Habits, StreamWriter } from './stream-writer.js';
import { deadLetters, isTagEvent, openWork, readHistory, readLog, TAG_EVENTS } from './system-log.js';
import { printTable } from './table.js';
import { type Arrival, type Manners, WebhookReceiver } from './webhook-receiver.js';

/** How long and how hard. */
export interface TagFaultsPlan {
  seed: number;
  /** How long tags move while processes are killed. */
  durationMs: number;
  /** Milliseconds between two kills, at random between both. */
  killPauseMs: readonly [number, number];
  /** When the messages are taken away, counted from the start. */
  wipeAfterMs: number;
  streams: number;
  images: number;
  writerPauseMs: readonly [number, number];
  /** How long everything may take to come to rest after the last kill. */
  quietTimeoutMs: number;
}

const NAMESPACE = 'faults';
const REPLICAS = { 'tag-tracker': 2, importer: 2, 'trigger-dispatcher': 2 };
const SLOW_MS = 1_500;

/**
 * Moves tags while processes are killed, in a system whose data and logs are kept where `FAKTORZ_FAULTS_DATA_DIR` says;
 * returns what is wrong
 * afterwards, and prints what happened.
 */
export async function runTagFaults(plan: TagFaultsPlan): Promise<string[]> {
  const random = new Random(plan.seed);
  await using registry = await DockerRegistry.start();
  const pool = await ImagePool.push(registry, plan.images);
  const secret = randomBytes(32);
  await using receiver = await WebhookReceiver.start(secret);
  await using system = await startSystem({ replicas: REPLICAS, dataDirectory: process.env.FAKTORZ_FAULTS_DATA_DIR });
  const setup = new PatientClient(system);
  await prepare(setup, receiver, secret);
  await pool.importInto(NAMESPACE, setup);
  receiver.manners = changingManners(random.fork());

  const writers = Array.from({ length: plan.streams }, (_, index) => {
    const client = new PatientClient(system);
    return { client, writer: new StreamWriter(client, pool, random.fork(), habits(plan), NAMESPACE, `app${index}`) };
  });
  const mayhem = new Mayhem(system, random.fork());
  await moveAndKill(
    plan,
    mayhem,
    writers.map(({ writer }) => writer),
  );
  receiver.manners = () => ({ status: 200, delayMs: 0 });
  const restMs = await comeToRest(system, plan.quietTimeoutMs);

  const log = await readLog(system, NAMESPACE);
  const { items } = (
    await setup.expect<{ items: StreamView[] }>([200], 'GET', `${IMAGE_API}/namespaces/${NAMESPACE}/imagestreams`)
  ).body;
  const operations = checkOperations(
    writers.map(({ writer }) => writer),
    log,
  );
  const deliveries = checkDeliveries(receiver.arrivals, log);
  printTable(`Faults while tags move (seed ${plan.seed})`, {
    ...killRows(mayhem),
    'acknowledged operations': writers.reduce((sum, { writer }) => sum + writer.operations.length, 0),
    'attempts without an answer': writers.reduce((sum, { client }) => sum + client.unanswered, 0),
    'of these carried out late': operations.late,
    'changes of tags in the log': log.filter(isTagEvent).length,
    ...deliveryRows(deliveries),
    'longest time without an answer': `${Math.max(...writers.map(({ client }) => client.longestOutageMs))} ms`,
    'time to come to rest': `${restMs} ms`,
  });
  return [
    ...receiver.problems,
    ...operations.problems,
    ...checkHistory(await readHistory(system, NAMESPACE), log),
    ...checkState(items, log),
    ...deliveries.problems,
    ...(await deadLetters(system)),
  ];
}

async function moveAndKill(plan: TagFaultsPlan, mayhem: Mayhem, writers: readonly StreamWriter[]): Promise<void> {
  const over = AbortSignal.timeout(plan.durationMs);
  const wipe = async (): Promise<void> => {
    await sleep(plan.wipeAfterMs);
    await mayhem.wipe();
  };
  await Promise.all([
    wipe(),
    mayhem.rage(EVERYBODY, plan.killPauseMs, over),
    ...writers.map((writer) => writer.run(over)),
  ]);
}

/** A namespace with a webhook that is told of all that happens to tags. */
async function prepare(client: PatientClient, receiver: WebhookReceiver, secret: Buffer): Promise<void> {
  await client.expect([201], 'POST', '/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: NAMESPACE },
  });
  await client.expect([201], 'POST', `/api/v1/namespaces/${NAMESPACE}/secrets`, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'signing' },
    stringData: { secret: `whsec_${secret.toString('base64')}` },
  });
  await client.expect([201], 'POST', `/apis/events.faktorz.io/v1/namespaces/${NAMESPACE}/webhooks`, {
    apiVersion: 'events.faktorz.io/v1',
    kind: 'Webhook',
    metadata: { name: 'checker' },
    spec: { url: receiver.url, secretRef: { name: 'signing' }, types: TAG_EVENTS },
  });
}

function habits({ writerPauseMs }: TagFaultsPlan): Habits {
  return { direct: 10, imported: 4, background: 4, deleteTag: 2, deleteStream: 0.5, pauseMs: writerPauseMs };
}

/** Mostly friendly; sometimes slow; for some seconds of every half minute it refuses what it has not refused before. */
function changingManners(random: Random): (arrival: Arrival) => Manners {
  const refused = new Set<string>();
  return ({ id, at }) => {
    const isBadTime = at % 30_000 < 3_000;
    // Refused twice, an event would have to wait for minutes.
    if (isBadTime && !refused.has(id) && random.next() < 0.5) {
      refused.add(id);
      return { status: 500, delayMs: 0 };
    }
    return { status: 200, delayMs: random.next() < 0.05 ? random.between(100, SLOW_MS) : 0 };
  };
}

/** Waits until nothing is left to do; how long that took. */
export async function comeToRest(system: TestSystem, timeoutMs: number): Promise<number> {
  const begun = Date.now();
  let open: Record<string, number> = {};
  let isQuiet = false; // twice in a row: between two looks work may go from one table to the next
  await eventually(
    'nothing left to do',
    async () => {
      open = await openWork(system);
      const wasQuiet = isQuiet;
      isQuiet = Object.keys(open).length === 0;
      if (!isQuiet || !wasQuiet) await sleep(500);
      return isQuiet && wasQuiet;
    },
    timeoutMs,
  ).catch((cause: unknown) => {
    throw new Error(`still to be done after ${timeoutMs} ms: ${JSON.stringify(open)}\n${system.output()}`, { cause });
  });
  return Date.now() - begun;
}

/** Who was killed how often, for a table. */
export function killRows(mayhem: Mayhem): Record<string, string> {
  const each = [...mayhem.kills].map(([name, count]) => `${name} ${count}`).sort();
  return { kills: `${mayhem.total} (${each.join(', ')})` };
}

function deliveryRows({ attempts, duplicates, delaysMs }: DeliveryCheck): Record<string, string | number> {
  const at = (share: number): number =>
    delaysMs[Math.min(delaysMs.length - 1, Math.floor(delaysMs.length * share))] ?? 0;
  return {
    'events delivered': delaysMs.length,
    'attempts that arrived': attempts,
    'repeated after being accepted': duplicates,
    'from commit to arrival': `p50 ${at(0.5)} ms, p90 ${at(0.9)} ms, longest ${at(1)} ms`,
  };
}
