import { eventually, startSystem } from '@faktorz/testing';
import { IMAGE_API } from '../image-streams.js';
import { Mayhem, type Victim } from './mayhem.js';
import { PatientClient } from './patient-client.js';
import { Random } from './random.js';
import { deadLetters } from './system-log.js';
import { printTable } from './table.js';
import { killRows } from './tag-faults.js';
import { checkLedger, imageOf, NAMESPACE, type Stage } from './trigger-checks.js';

/** How much, and how hard. */
export interface TriggerFaultsPlan {
  seed: number;
  /** Changes of tags altogether. */
  changes: number;
  streams: number;
  /** Objects of each kind that follow each stream. */
  objectsEach: number;
  /** Milliseconds between two kills, at random between both. */
  killPauseMs: readonly [number, number];
  quietTimeoutMs: number;
}

const DISPATCHERS = 3;
const VICTIMS: readonly Victim[] = [
  ...Array.from({ length: DISPATCHERS }, (_, index) => ({ service: 'trigger-dispatcher', index })),
  { service: 'gateway', index: 0 },
  { service: 'workloads', index: 0 },
  { service: 'nats-server', index: 0 },
];

/** Moves tags while dispatchers and what they need are killed; returns what is wrong afterwards, and prints what happened. */
export async function runTriggerFaults(plan: TriggerFaultsPlan): Promise<string[]> {
  const random = new Random(plan.seed);
  await using system = await startSystem({ replicas: { 'trigger-dispatcher': DISPATCHERS } });
  const setup = new PatientClient(system);
  const streams = Array.from({ length: plan.streams }, (_, index) => `app${index}`);
  const stage: Stage = {
    system,
    streams,
    each: Math.floor(plan.changes / plan.streams),
    objectsEach: plan.objectsEach,
  };
  await build(setup, stage);
  await untilFollowed(stage);

  const over = new AbortController();
  const mayhem = new Mayhem(system, random.fork());
  const raging = mayhem.rage(VICTIMS, plan.killPauseMs, over.signal);
  const begun = Date.now();
  const clients = streams.map(() => new PatientClient(system));
  await Promise.all(streams.map((stream, index) => moveOn(clients[index]!, stream, stage.each)));
  const movedMs = Date.now() - begun;
  over.abort();
  await raging;

  const restMs = await untilAtRest(stage, plan.quietTimeoutMs);
  const found = await checkLedger(stage);
  printTable(`Faults while tags move and objects follow (seed ${plan.seed})`, {
    ...killRows(mayhem),
    'changes of tags': stage.each * streams.length,
    'attempts without an answer': clients.reduce((sum, { unanswered }) => sum + unanswered, 0),
    objects: found.objects,
    'rows of the ledger': found.records,
    'of these written': found.written,
    'of these superseded': found.superseded,
    builds: found.builds,
    'time of the changes': `${movedMs} ms`,
    'time to come to rest': `${restMs} ms`,
  });
  return [...found.problems, ...(await deadLetters(system))];
}

async function build(client: PatientClient, { streams, objectsEach }: Stage): Promise<void> {
  const make = (path: string, object: object): Promise<unknown> => client.expect([201], 'POST', path, object);
  await make('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
  for (const stream of streams) {
    await put(client, stream, 0);
    for (let index = 0; index < objectsEach; index += 1) {
      await make(`/apis/apps/v1/namespaces/${NAMESPACE}/deployments`, deployment(`${stream}-${index}`, stream));
      await make(
        `/apis/build.openshift.io/v1/namespaces/${NAMESPACE}/buildconfigs`,
        buildConfig(`${stream}-${index}`, stream),
      );
    }
  }
}

async function moveOn(client: PatientClient, stream: string, times: number): Promise<void> {
  for (let number = 1; number <= times; number += 1) await put(client, stream, number);
}

/** Points the tag at an image, as a mere reference: nothing has to be imported. */
async function put(client: PatientClient, stream: string, number: number): Promise<void> {
  const name = `${stream}:stable`;
  await client.expect([200, 201], 'PUT', `${IMAGE_API}/namespaces/${NAMESPACE}/imagestreamtags/${name}`, {
    apiVersion: 'image.openshift.io/v1',
    kind: 'ImageStreamTag',
    metadata: { name },
    tag: { name: 'stable', reference: true, from: { kind: 'DockerImage', name: imageOf(stream, number) } },
  });
}

function deployment(name: string, stream: string): object {
  const from = { kind: 'ImageStreamTag', name: `${stream}:stable` };
  const triggers = [{ from, fieldPath: 'spec.template.spec.containers[?(@.name=="main")].image' }];
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, annotations: { 'image.openshift.io/triggers': JSON.stringify(triggers) } },
    spec: {
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'main', image: ' ' }] } },
    },
  };
}

function buildConfig(name: string, stream: string): object {
  const from = { kind: 'ImageStreamTag', name: `${stream}:stable` };
  return {
    apiVersion: 'build.openshift.io/v1',
    kind: 'BuildConfig',
    metadata: { name },
    spec: {
      source: { type: 'Dockerfile', dockerfile: 'FROM scratch' },
      strategy: { type: 'Docker', dockerStrategy: { from } },
      triggers: [{ type: 'ImageChange', imageChange: {} }],
    },
  };
}

/** Waits until every object has been written once: what moves before an object is known is none of its changes. */
async function untilFollowed({ system, streams, objectsEach }: Stage): Promise<void> {
  await eventually('every object shows the first image of its tag', async () => {
    const [row] = await system.query<{ followed: string }>(
      `SELECT count(*) AS followed FROM trigger_dispatcher.trigger_record WHERE namespace = $1 AND phase = 'Written'`,
      [NAMESPACE],
    );
    return row?.followed === String(streams.length * objectsEach * 2);
  });
}

/** Waits until everything told has been recorded, and no object is left to be looked at; how long that took. */
async function untilAtRest({ system }: Stage, timeoutMs: number): Promise<number> {
  const begun = Date.now();
  let wasQuiet = false;
  await eventually(
    'nothing left to do',
    async () => {
      const [row] = await system.query<{ open: string }>(OPEN);
      const isQuiet = row?.open === '0';
      const both = isQuiet && wasQuiet;
      wasQuiet = isQuiet;
      if (!both) await new Promise((resolve) => setTimeout(resolve, 500));
      return both;
    },
    timeoutMs,
  );
  return Date.now() - begun;
}

const OPEN = `SELECT (SELECT count(*) FROM trigger_dispatcher.trigger_lane)
    + (SELECT greatest(0, c.last_event_position - k.position)
         FROM tag_tracker.change_counter c, trigger_dispatcher.consumer_cursor k WHERE k.owner = 'tag-tracker')
    + (SELECT count(*) FROM trigger_dispatcher.trigger_record WHERE finished_at IS NULL) AS open`;
