import { Metrics } from '@faktorz/service-kit';
import { eventually } from '@faktorz/testing';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { digestOf, randomBlob, RegistryBench } from './support/registry-bench.js';

jest.setTimeout(60_000);

let bench: RegistryBench;
beforeAll(async () => {
  bench = await RegistryBench.start();
}, 60_000);
afterAll(() => bench[Symbol.asyncDispose](), 30_000);

/** Value of the one series of this name with these labels; 0 when there is none yet. */
async function figure(name: string, labels: Record<string, string> = {}): Promise<number> {
  const text = await bench.provider(Metrics).registry.metrics();
  const line = text
    .split('\n')
    .filter((each) => each.startsWith(`imageregistry_${name}{`))
    .find((each) => Object.entries(labels).every(([label, value]) => each.includes(`${label}="${value}"`)));
  return Number(line?.split(' ').at(-1) ?? 0);
}

it('counts requests by method, answer and what they are about, and the bytes both ways', async () => {
  const blob = randomBlob(100_000);
  await bench.pushBlob('team/app', blob);
  await bench.request('GET', `/v2/team/app/blobs/${digestOf(blob)}`);
  await bench.request('GET', `/v2/team/app/blobs/${digestOf(randomBlob())}`);
  await eventually('all answers have left', async () => (await figure('http_in_flight_requests')) === 0 || undefined);
  expect(await figure('http_requests_total', { method: 'PUT', code: '201' })).toBe(1);
  expect(await figure('http_requests_total', { method: 'GET', code: '200' })).toBe(1);
  expect(await figure('http_requests_total', { method: 'GET', code: '404' })).toBe(1);
  expect(await figure('http_request_duration_seconds_count', { method: 'GET' })).toBe(2);
  expect(await figure('http_time_to_write_header_seconds_count', { method: 'GET' })).toBe(2);
  expect(await figure('request_duration_seconds_count', { operation: 'upload.post' })).toBe(1);
  expect(await figure('request_duration_seconds_count', { operation: 'upload.put' })).toBe(1);
  expect(await figure('request_duration_seconds_count', { operation: 'blob.get' })).toBe(2);
  expect(await figure('http_request_size_bytes_sum', { method: 'PUT' })).toBeGreaterThanOrEqual(100_000);
  expect(await figure('http_response_size_bytes_sum', { method: 'GET' })).toBeGreaterThan(100_000);
});

it('times the storage', async () => {
  await bench.pushBlob('team/app', randomBlob());
  for (const operation of ['openDraft', 'append', 'sync', 'publish'])
    expect(await figure('storage_duration_seconds_count', { operation })).toBeGreaterThan(0);
});

it('counts what was found in memory', async () => {
  const config = Buffer.from('{}');
  await bench.pushBlob('team/cached', config);
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const descriptor = { mediaType: 'application/vnd.oci.empty.v1+json', digest: digestOf(config), size: 2 };
  const body = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, config: descriptor, layers: [] }));
  await bench.request('PUT', '/v2/team/cached/manifests/1', { body, headers: { 'content-type': mediaType } });
  const before = await figure('digest_cache_requests_total', { type: 'Hit' });
  await bench.request('GET', '/v2/team/cached/manifests/1', { headers: { accept: mediaType } });
  expect(await figure('digest_cache_requests_total', { type: 'Hit' })).toBeGreaterThan(before);
});
