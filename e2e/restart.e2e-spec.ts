import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { removePostgresPlace } from '@faktorz/embedded';
import { DockerRegistry, eventually, randomImage, startSystem, type TestSystem } from '@faktorz/testing';
import {
  history,
  IMAGE_API,
  outsideTag,
  streamManifest,
  streamPath,
  type StreamView,
} from './support/image-streams.js';
import { WebhookReceiver } from './support/webhook-receiver.js';

const NAMESPACE = 'lasting';
/** The port of the registry is another one at each start, its name need not be. */
const ENV = {
  // Accounts and pull secrets that make themselves would look like a difference.
  FAKTORZ_AUTH_PAUSED: 'true',
  FAKTORZ_REGISTRY_INTERNAL_HOST: 'registry.example:5000',
  FAKTORZ_IMPORTER_CHECK_INTERVAL_SECONDS: '1',
  FAKTORZ_IMPORTER_MAX_CHECKS_PER_MINUTE: '0',
};

let directory: string;
let registry: DockerRegistry;
let receiver: WebhookReceiver;
let system: TestSystem;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'faktorz-restart-'));
  registry = await DockerRegistry.start();
  receiver = await WebhookReceiver.start();
  system = await start();
}, 120_000);

afterAll(async () => {
  await system.stop();
  await receiver[Symbol.asyncDispose]();
  await registry.stop();
  await removePostgresPlace(join(directory, 'data', 'postgres'));
  await rm(directory, { recursive: true, force: true });
});

function start(): Promise<TestSystem> {
  return startSystem({ dataDirectory: join(directory, 'data'), env: ENV });
}

async function create(path: string, json: unknown): Promise<void> {
  const response = await system.request(path, { method: 'POST', json });
  expect({ code: response.status, body: response.ok ? '' : await response.text() }).toEqual({ code: 201, body: '' });
}

async function read<T>(path: string): Promise<T> {
  const response = await system.request(path);
  expect(response.status).toBe(200);
  return (await response.json()) as T;
}

function stream(name: string): Promise<StreamView> {
  return read<StreamView>(streamPath(NAMESPACE, name));
}

/** Everything that has to be there after a restart as it was before. */
async function everything(): Promise<unknown[]> {
  const paths = [
    `/api/v1/namespaces/${NAMESPACE}`,
    `/api/v1/namespaces/${NAMESPACE}/secrets`,
    `${IMAGE_API}/namespaces/${NAMESPACE}/imagestreams`,
    `${IMAGE_API}/namespaces/${NAMESPACE}/imagestreamtags`,
    `${IMAGE_API}/images`,
    `/apis/events.faktorz.io/v1/namespaces/${NAMESPACE}/webhooks`,
  ];
  return Promise.all(paths.map((path) => read<unknown>(path)));
}

/** Types and names out of the first lines of a watch. */
async function watched(path: string, count: number): Promise<string[]> {
  const response = await system.request(path, { signal: AbortSignal.timeout(10_000) });
  const seen: string[] = [];
  let rest = '';
  for await (const chunk of response.body ?? []) {
    const lines = (rest + Buffer.from(chunk as Uint8Array).toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const { type, object } = JSON.parse(line) as { type: string; object: StreamView };
      seen.push(`${type} ${object.metadata.name}`);
    }
    if (seen.length >= count) break;
  }
  return seen;
}

describe('stopped and started again on the same data directory', () => {
  let before: unknown[];
  let version: string;
  let token: string;
  let first: string;

  beforeAll(async () => {
    await create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
    await create(`/apis/events.faktorz.io/v1/namespaces/${NAMESPACE}/webhooks`, {
      apiVersion: 'events.faktorz.io/v1',
      kind: 'Webhook',
      metadata: { name: 'hook' },
      spec: { url: receiver.url, types: ['TagUpdated'] },
    });
    first = await registry.push('team/app:1', randomImage());
    const streams = `${IMAGE_API}/namespaces/${NAMESPACE}/imagestreams`;
    await create(streams, streamManifest('app', { 1: `${registry.host}/team/app:1` }));
    const scheduled = {
      ...outsideTag('1', `${registry.host}/team/app:1`),
      importPolicy: { insecure: true, scheduled: true },
    };
    await create(streams, { ...streamManifest('nightly'), spec: { tags: [scheduled] } });
    await eventually('both imported', async () =>
      [await stream('app'), await stream('nightly')].every((seen) => history(seen, '1')[0] === first),
    );
    await receiver.events(2);
    version = (await stream('app')).metadata.resourceVersion;
    await create(streams, streamManifest('later'));
    ({ token } = system);
    before = await everything();
    expect(await system.stop()).toBe(0);
    system = await start();
  }, 120_000);

  it('has all objects as they were, under the same token', async () => {
    expect(system.token).toBe(token);
    expect(await everything()).toEqual(before);
  });

  it('goes on with a watch from before', async () => {
    const path = `${IMAGE_API}/namespaces/${NAMESPACE}/imagestreams?watch=true&timeoutSeconds=5&resourceVersion=${version}`;
    expect(await watched(`${path}&fieldSelector=metadata.name%3Dlater`, 1)).toEqual(['ADDED later']);
  });

  it('goes on checking scheduled tags and telling webhooks, and repeats nothing', async () => {
    const second = await registry.push('team/app:1', randomImage());
    await eventually('nightly moved', async () => history(await stream('nightly'), '1')[0] === second, 30_000);
    const events = await receiver.events(3);
    expect(events.map(({ data }) => data.image)).toEqual([first, first, second]);
    expect(new Set(events.map(({ id }) => id)).size).toBe(3);
  });
});

describe('a second start', () => {
  it('on a taken port says so and ends with 1', async () => {
    const { port } = new URL(system.apiUrl);
    await expect(startSystem({ env: { FAKTORZ_API_PORT: port } })).rejects.toThrow(
      new RegExp(`exit code 1:\n(.*\n)*.*${port}.*(taken|in use)`),
    );
  });

  it('on the same data directory says so, and leaves the first alone', async () => {
    await expect(start()).rejects.toThrow(/exit code 1:\n(.*\n)*FaktorZ cannot start: .*/);
    expect((await stream('app')).metadata.name).toBe('app');
  });

  it('with a bad variable names it', async () => {
    await expect(startSystem({ env: { FAKTORZ_REPLICAS: 'importer=none' } })).rejects.toThrow(
      /exit code 1:\n(.*\n)*.*FAKTORZ_REPLICAS/,
    );
  });
});
