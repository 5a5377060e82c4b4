import { setTimeout as sleep } from 'node:timers/promises';
import { DockerRegistry, eventually, startSystem, type TestSystem } from '@faktorz/testing';
import { IMAGE_API, streamManifest, streamPath } from '../image-streams.js';
import { ImagePool } from './image-pool.js';
import { EVERYBODY, Mayhem } from './mayhem.js';
import { PatientClient } from './patient-client.js';
import { Random } from './random.js';
import { deadLetters } from './system-log.js';
import { printTable } from './table.js';
import { killRows } from './tag-faults.js';

/** How many namespaces, and how hard. */
export interface NamespaceFaultsPlan {
  seed: number;
  namespaces: number;
  /** Kills begin with the first deletion and go on for so long. */
  durationMs: number;
  killPauseMs: readonly [number, number];
  goneTimeoutMs: number;
}

const STREAMS_EACH = 5;
const NOBODY_LISTENS = 'http://127.0.0.1:9/events';
/** Where something of a namespace could be left, as conditions on a table with a column `namespace`. */
const PLACES: readonly (readonly [table: string, condition: string])[] = [
  ['tag_tracker.image_stream', 'true'],
  ['tag_tracker.image_stream_version', 'valid_to = 9223372036854775807'],
  ['tag_tracker.document_version', 'valid_to = 9223372036854775807'],
  ['tag_tracker.finished_import', 'true'],
  ['auth.document_version', 'valid_to = 9223372036854775807'],
  ['importer.document_version', 'valid_to = 9223372036854775807'],
  ['importer.import_job', 'true'],
  ['importer.check_schedule', 'true'],
  ['trigger_dispatcher.document_version', 'valid_to = 9223372036854775807'],
  ['trigger_dispatcher.webhook_subscription', 'true'],
  ['trigger_dispatcher.webhook_delivery', `phase = 'Pending'`],
];

/** Deletes namespaces full of everything while their owners are killed; returns what is wrong afterwards. */
export async function runNamespaceFaults(plan: NamespaceFaultsPlan): Promise<string[]> {
  const random = new Random(plan.seed);
  await using registry = await DockerRegistry.start();
  const pool = await ImagePool.push(registry, 4);
  await using system = await startSystem({
    replicas: { 'tag-tracker': 2, importer: 2, 'trigger-dispatcher': 2 },
  });
  const client = new PatientClient(system);
  const names = Array.from({ length: plan.namespaces }, (_, index) => `doomed${index}`);
  for (const name of names) await fill(client, pool, name);

  const over = AbortSignal.timeout(plan.durationMs);
  const mayhem = new Mayhem(system, random.fork());
  const raging = mayhem.rage(EVERYBODY, plan.killPauseMs, over);
  const begun = Date.now();
  await Promise.all(names.map((name) => deleteWhileWriting(system, pool, name, random.fork())));
  const gone = Promise.all(
    names.map((name) =>
      eventually(
        `namespace ${name} is gone`,
        async () => (await client.send('GET', `/api/v1/namespaces/${name}`)).status === 404,
        plan.goneTimeoutMs,
      ),
    ),
  );
  const problems: string[] = await gone.then(
    () => [],
    (error: Error) => [error.message],
  );
  const goneMs = Date.now() - begun;
  await raging;
  await eventually('PostgreSQL is back after the last kill', async () => (await system.query('SELECT 1')).length > 0);
  for (const name of names) problems.push(...(await leftovers(system, name)));
  for (const name of names) problems.push(...(await beginAnew(client, name)));
  printTable(`Faults while namespaces are deleted (seed ${plan.seed})`, {
    ...killRows(mayhem),
    namespaces: names.length,
    'all gone after': `${goneMs} ms`,
  });
  return [...problems, ...(await deadLetters(system))];
}

async function fill(client: PatientClient, pool: ImagePool, namespace: string): Promise<void> {
  const make = (path: string, object: object): Promise<unknown> => client.expect([201], 'POST', path, object);
  const metadata = (name: string): object => ({ name, namespace });
  await make('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  await make(`/api/v1/namespaces/${namespace}/secrets`, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: metadata('key'),
    stringData: { a: 'b' },
  });
  await make(`/api/v1/namespaces/${namespace}/configmaps`, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: metadata('settings'),
    data: { a: 'b' },
  });
  await make(`/apis/events.faktorz.io/v1/namespaces/${namespace}/webhooks`, {
    apiVersion: 'events.faktorz.io/v1',
    kind: 'Webhook',
    metadata: metadata('pending'),
    spec: { url: NOBODY_LISTENS, secretRef: { name: 'pending-signing' } },
  });
  const tags = Object.fromEntries(pool.images.map(({ pullSpec }, index) => [`t${index}`, pullSpec]));
  for (let index = 0; index < STREAMS_EACH; index++) {
    await make(`${IMAGE_API}/namespaces/${namespace}/imagestreams`, streamManifest(`app${index}`, tags));
  }
}

/** Somebody goes on writing until the namespace is closed to writers. */
async function deleteWhileWriting(
  system: TestSystem,
  pool: ImagePool,
  namespace: string,
  random: Random,
): Promise<void> {
  const client = new PatientClient(system);
  let isClosed = false;
  const write = async (): Promise<void> => {
    for (let index = 0; !isClosed; index++) {
      const path = `${IMAGE_API}/namespaces/${namespace}/imagestreamtags/late${index}:1`;
      const from = { kind: 'DockerImage', name: random.pick(pool.images).pullSpec };
      const { status } = await client.expect([200, 201, 403, 404], 'PUT', path, {
        kind: 'ImageStreamTag',
        apiVersion: 'image.openshift.io/v1',
        metadata: { name: `late${index}:1`, namespace },
        tag: { name: '1', from, importPolicy: { insecure: true } },
      });
      isClosed = status === 403 || status === 404;
    }
  };
  const writing = write();
  await sleep(random.between(0, 500));
  await client.expect([200, 202, 404, 409], 'DELETE', `/api/v1/namespaces/${namespace}`);
  await writing;
}

async function leftovers(system: TestSystem, namespace: string): Promise<string[]> {
  const found: string[] = [];
  for (const [table, condition] of PLACES) {
    const [row] = await system.query<{ count: string }>(
      `SELECT count(*) FROM ${table} WHERE namespace = $1 AND ${condition}`,
      [namespace],
    );
    if (row && row.count !== '0') found.push(`${row.count} rows of ${namespace} are left in ${table}`);
  }
  return found;
}

/** A new namespace of the same name has nothing of the old one, and works. */
async function beginAnew(client: PatientClient, namespace: string): Promise<string[]> {
  await client.expect([201, 409], 'POST', '/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace },
  });
  const lists = [
    `${IMAGE_API}/namespaces/${namespace}/imagestreams`,
    `/apis/events.faktorz.io/v1/namespaces/${namespace}/webhooks`,
    `/api/v1/namespaces/${namespace}/secrets?fieldSelector=metadata.name%3Dkey`,
    `/api/v1/namespaces/${namespace}/configmaps?fieldSelector=metadata.name%3Dsettings`,
  ];
  const problems: string[] = [];
  for (const path of lists) {
    const { body } = await client.expect<{ items: unknown[] }>([200], 'GET', path);
    if (body.items.length > 0) problems.push(`${path} shows ${body.items.length} objects of the namespace before`);
  }
  const streams = `${IMAGE_API}/namespaces/${namespace}/imagestreams`;
  await eventually(
    `a stream in the new ${namespace}`,
    async () => (await client.send('POST', streams, streamManifest('app0'))).status === 201,
    30_000,
  ).catch((error: Error) => problems.push(error.message));
  await client.expect([200, 404], 'DELETE', streamPath(namespace, 'app0'));
  return problems;
}
