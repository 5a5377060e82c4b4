import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, startSystem, type TestSystem } from '@faktorz/testing';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { request } from 'undici';
import { RegistryReplica } from './support/registry-replica.js';

const PUSHERS = 6;
const REPOSITORY = 'killed/app';
const INDEX = 'application/vnd.oci.image.index.v1+json';

let system: TestSystem;
/** Beside the one that the launcher runs. */
let second: RegistryReplica;
beforeAll(async () => {
  system = await startSystem();
  const project = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'killed' } };
  expect((await system.request('/api/v1/namespaces', { method: 'POST', json: project })).status).toBe(201);
  second = await RegistryReplica.start(system);
}, 180_000);
afterAll(async () => {
  await second[Symbol.asyncDispose]();
  await system[Symbol.asyncDispose]();
}, 60_000);

/** Asks either replica, whichever gave the address; or the one at `port`. */
async function ask(
  method: 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'PUT',
  url: string,
  body?: Buffer | Readable,
  type = 'application/octet-stream',
  port = Math.random() < 0.5 ? system.registryPort : second.port,
) {
  const { pathname, search } = new URL(url, 'http://registry');
  const answer = await request(`http://127.0.0.1:${port}${pathname}${search}`, {
    method,
    body: body ?? null,
    headers: { authorization: `Bearer ${system.token}`, accept: INDEX, ...(body && { 'content-type': type }) },
  });
  return { status: answer.statusCode, headers: answer.headers, body: Buffer.from(await answer.body.arrayBuffer()) };
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** What was pushed, and what the registry said of it. */
class Pushes {
  readonly acknowledged = new Map<string, 'blobs' | 'manifests'>();
  readonly unanswered = new Map<string, Buffer>();
  readonly tags = new Map<string, string>();

  async blob(): Promise<void> {
    const bytes = randomBytes(50_000 + Math.floor(Math.random() * 2_000_000));
    const digest = digestOf(bytes);
    this.unanswered.set(digest, bytes);
    const begun = await ask('POST', `/v2/${REPOSITORY}/blobs/uploads/`);
    const half = Math.floor(bytes.length / 2);
    const written = await ask('PATCH', String(begun.headers.location), bytes.subarray(0, half));
    const location = new URL(String(written.headers.location));
    location.searchParams.set('digest', digest);
    const done = await ask('PUT', location.href, bytes.subarray(half));
    if (done.status === 201) this.confirm(digest, 'blobs');
  }

  async manifest(tag: string): Promise<void> {
    const annotations = { at: randomBytes(16).toString('hex') };
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: [], annotations }));
    const digest = digestOf(bytes);
    const { status } = await ask('PUT', `/v2/${REPOSITORY}/manifests/${tag}`, bytes, INDEX);
    if (status !== 201) return;
    this.confirm(digest, 'manifests');
    this.tags.set(tag, digest);
  }

  private confirm(digest: string, kind: 'blobs' | 'manifests'): void {
    this.unanswered.delete(digest);
    this.acknowledged.set(digest, kind);
  }
}

/** Pushes on and on; what a killed registry does not answer is not tried again. */
async function keepPushing(pushes: Pushes, pusher: number, until: AbortSignal): Promise<void> {
  for (let count = 0; !until.aborted; count++) {
    const push = count % 4 === 3 ? pushes.manifest(`tag-${pusher}-${count}`) : pushes.blob();
    await push.catch(() => sleep(100));
  }
}

async function killFirst(): Promise<void> {
  await system.kill('registry');
  const answers = async () =>
    (await fetch(`http://127.0.0.1:${system.registryPort}/healthz`).catch(() => undefined))?.status === 200;
  await eventually('it is back', answers, 60_000);
}

async function killSecond(): Promise<void> {
  await second.kill();
  second = await RegistryReplica.start(system);
}

it('loses nothing it acknowledged and shows nothing partial when its replicas are killed in the middle of pushes', async () => {
  const pushes = new Pushes();
  const end = new AbortController();
  const pushers = Array.from({ length: PUSHERS }, (_, pusher) => keepPushing(pushes, pusher, end.signal));
  for (let kills = 0; kills < 4; kills++) {
    const before = pushes.acknowledged.size;
    await eventually('pushes go on', () => pushes.acknowledged.size > before + 5, 60_000);
    if (kills % 2 === 0) await killFirst();
    else await killSecond();
  }
  end.abort();
  await Promise.all(pushers);

  for (const [digest, kind] of pushes.acknowledged) {
    const { status, body } = await ask('GET', `/v2/${REPOSITORY}/${kind}/${digest}`);
    expect([digest, status, digestOf(body)]).toEqual([digest, 200, digest]);
  }
  for (const [tag, digest] of pushes.tags) {
    const { headers } = await ask('HEAD', `/v2/${REPOSITORY}/manifests/${tag}`);
    expect([tag, headers['docker-content-digest']]).toEqual([tag, digest]);
  }
  for (const [digest, bytes] of pushes.unanswered) {
    const { status, body } = await ask('GET', `/v2/${REPOSITORY}/blobs/${digest}`);
    expect([200, 404]).toContain(status);
    if (status === 200) expect(body.equals(bytes)).toBe(true);
  }
  const blobs = join(system.dataDirectory, 'registry', 'blobs', 'sha256');
  for (const entry of await readdir(blobs, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(join(entry.parentPath, entry.name))) hash.update(chunk as Buffer);
    expect(hash.digest('hex')).toBe(basename(entry.name));
  }
}, 300_000);

it('goes on at another replica with what a killed one was receiving', async () => {
  const bytes = randomBytes(3_000_000);
  const digest = digestOf(bytes);
  const at = (method: 'GET' | 'PATCH' | 'PUT', url: string, body?: Buffer | Readable) =>
    ask(method, url, body, undefined, system.registryPort);
  const begun = await ask('POST', `/v2/${REPOSITORY}/blobs/uploads/`);
  const location = String(begun.headers.location);
  expect((await ask('PATCH', location, bytes.subarray(0, 1_000_000))).status).toBe(202);
  const cutOff = async function* () {
    yield bytes.subarray(1_000_000, 1_500_000);
    await sleep(500);
    await second.kill();
    yield bytes.subarray(1_500_000);
  };
  const body = Readable.from(cutOff(), { objectMode: false });
  const interrupted = ask('PATCH', location, body, undefined, second.port);
  await expect(interrupted).rejects.toThrow();
  expect(await at('GET', location)).toMatchObject({ status: 204, headers: { range: '0-999999' } });
  // Nobody can know yet that it is dead and not slow.
  expect(await at('PATCH', location, bytes.subarray(1_000_000))).toMatchObject({ status: 409 });
  await eventually(
    'the claim of the dead has run out',
    async () => (await at('PATCH', location, bytes.subarray(1_000_000))).status === 202,
    40_000,
  );
  const end = new URL(location);
  end.searchParams.set('digest', digest);
  expect((await at('PUT', end.href)).status).toBe(201);
  second = await RegistryReplica.start(system);
  const pulled = await ask('GET', `/v2/${REPOSITORY}/blobs/${digest}`, undefined, undefined, second.port);
  expect(pulled.body.equals(bytes)).toBe(true);
}, 120_000);

it('forgets what a repository showed when its stream is deleted', async () => {
  const bytes = randomBytes(1000);
  const digest = digestOf(bytes);
  const blob = `/v2/killed/gone/blobs/${digest}`;
  const location = new URL(String((await ask('POST', '/v2/killed/gone/blobs/uploads/')).headers.location));
  location.searchParams.set('digest', digest);
  expect((await ask('PUT', location.href, bytes)).status).toBe(201);
  const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: [] }));
  expect((await ask('PUT', '/v2/killed/gone/manifests/x', manifest, INDEX)).status).toBe(201);
  expect((await ask('HEAD', blob)).status).toBe(200);
  const stream = '/apis/image.openshift.io/v1/namespaces/killed/imagestreams/gone';
  expect((await system.request(stream, { method: 'DELETE' })).status).toBe(200);
  await eventually('the blob is gone', async () => (await ask('HEAD', blob)).status === 404, 30_000);
}, 60_000);
