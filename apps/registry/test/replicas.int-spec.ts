import { stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { eventually } from '@faktorz/testing';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { digestOf, randomBlob, RegistryBench, withQuery } from './support/registry-bench.js';

const REPO = 'team/app';

let bench: RegistryBench;
beforeAll(async () => {
  bench = await RegistryBench.start({ replicas: 2, env: { FAKTORZ_REGISTRY_UPLOAD_EXPIRY_HOURS: '1' } });
}, 60_000);
afterAll(() => bench[Symbol.asyncDispose](), 30_000);

async function begin(): Promise<string> {
  return (await bench.request('POST', `/v2/${REPO}/blobs/uploads/`)).headers.location ?? '';
}

it.each(['sha256', 'sha512'])('go on with each other’s uploads (%s)', async (algorithm) => {
  const bytes = randomBlob(400_000);
  const digest = digestOf(bytes, algorithm);
  let location = await begin();
  for (let chunk = 0; chunk < 4; chunk++) {
    const [start, end] = [chunk * 100_000, chunk * 100_000 + 99_999];
    const sent = { body: bytes.subarray(start, end + 1), headers: { 'content-range': `${start}-${end}` } };
    const answer = await bench.request('PATCH', location, sent, chunk % 2);
    expect(answer).toMatchObject({ status: 202, headers: { range: `0-${end}` } });
    location = answer.headers.location ?? '';
  }
  expect(await bench.request('PUT', withQuery(location, { digest }), {}, 0)).toMatchObject({ status: 201 });
  const pulled = await bench.request('GET', `/v2/${REPO}/blobs/${digest}`, {}, 1);
  expect(pulled.body.equals(bytes)).toBe(true);
});

it('take over what a killed replica was writing, from what it had acknowledged', async () => {
  const bytes = randomBlob(3000);
  const location = await begin();
  await bench.request('PATCH', location, { body: bytes.subarray(0, 1000) });
  const id = location.split('/').at(-1) ?? '';
  // As a killed process leaves it: claimed, and with bytes in the draft that it did not acknowledge.
  await bench.query(`UPDATE upload SET claim_token = $2, claimed_until = now() + interval '1 hour' WHERE id = $1`, [
    id,
    randomUUID(),
  ]);
  const draft = join(bench.directory, 'uploads', id);
  await writeFile(draft, Buffer.concat([bytes.subarray(0, 1000), randomBlob(500)]));
  expect(await bench.request('PATCH', location, { body: bytes.subarray(1000) }, 1)).toMatchObject({ status: 409 });
  await bench.query('UPDATE upload SET claimed_until = now() WHERE id = $1', [id]);
  const went = await bench.request('PATCH', location, { body: bytes.subarray(1000) }, 1);
  expect(went).toMatchObject({ status: 202, headers: { range: '0-2999' } });
  await expect(stat(draft)).rejects.toThrow('ENOENT');
  const digest = digestOf(bytes);
  expect(await bench.request('PUT', withQuery(location, { digest }), {}, 0)).toMatchObject({ status: 201 });
  expect((await bench.request('GET', `/v2/${REPO}/blobs/${digest}`)).body.equals(bytes)).toBe(true);
  expect(await bench.files('uploads')).toEqual([]);
});

it('tell a client where to go on when bytes were lost with the power', async () => {
  const bytes = randomBlob(2000);
  const location = await begin();
  await bench.request('PATCH', location, { body: bytes });
  await writeFile(join(bench.directory, 'uploads', location.split('/').at(-1) ?? ''), bytes.subarray(0, 700));
  const refused = await bench.request('PATCH', location, { body: randomBlob(10) }, 1);
  expect(refused).toMatchObject({ status: 416, headers: { range: '0-699' } });
  expect(await bench.request('PATCH', location, { body: bytes.subarray(700) }, 1)).toMatchObject({ status: 202 });
  const digest = digestOf(bytes);
  expect(await bench.request('PUT', withQuery(location, { digest }), {}, 0)).toMatchObject({ status: 201 });
});

it('remove uploads nobody continued, and drafts that belong to none', async () => {
  const kept = await begin();
  const location = await begin();
  for (const one of [kept, location]) await bench.request('PATCH', one, { body: randomBlob() });
  const orphan = randomUUID();
  const orphanFile = join(bench.directory, 'uploads', orphan);
  await writeFile(orphanFile, 'left by a single POST');
  const longAgo = new Date(Date.now() - 2 * 60 * 60_000);
  await utimes(orphanFile, longAgo, longAgo);
  await bench.query(`UPDATE upload SET touched_at = now() - interval '2 hours' WHERE id = $1`, [
    location.split('/').at(-1),
  ]);
  await eventually('the upload is gone', async () => (await bench.request('GET', location)).status === 404, 10_000);
  await bench.removeDraftsNow();
  const left = await bench.files('uploads');
  expect(left).toEqual([kept.split('/').at(-1)]);
  expect(await bench.request('GET', kept)).toMatchObject({ status: 204 });
});

it('see what the other stores and deletes', async () => {
  const bytes = Buffer.from('{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}');
  const digest = digestOf(bytes);
  const path = `/v2/${REPO}/manifests/${digest}`;
  const accept = 'application/vnd.oci.image.index.v1+json';
  await bench.request('PUT', path, { body: bytes, headers: { 'content-type': accept } }, 0);
  for (const replica of [0, 1]) {
    expect(await bench.request('GET', path, { headers: { accept } }, replica)).toMatchObject({
      status: 200,
      body: bytes,
    });
  }
  expect(await bench.request('DELETE', path, {}, 0)).toMatchObject({ status: 202 });
  expect(await bench.request('GET', path, { headers: { accept } }, 0)).toMatchObject({ status: 404 });
  await eventually(
    'the other replica has noticed',
    async () => {
      return (await bench.request('GET', path, { headers: { accept } }, 1)).status === 404;
    },
    3000,
  );
});
