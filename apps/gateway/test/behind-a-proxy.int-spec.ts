import { eventually } from '@faktorz/testing';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startGatewayBench, type GatewayBench } from './gateway-bench.js';

const STREAMS = '/apis/test.io/v1/namespaces/blue/streams';
const CLIENT = '203.0.113.9';
/** What a client made up, and what the proxy saw of it. */
const headers = { 'x-forwarded-for': `6.6.6.6, ${CLIENT}` };
let bench: GatewayBench;
beforeAll(async () => {
  bench = await startGatewayBench(() => ({ FAKTORZ_GATEWAY_TRUSTED_PROXIES: '127.0.0.0/8' }));
}, 60_000);
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

it('takes the address of the client from the proxy: for the owner and for the record', async () => {
  const { body } = await bench.request(STREAMS, { method: 'POST', headers, body: '{}' });
  await body.dump();
  expect(bench.owners.streams.seen.at(-1)?.headers['x-forwarded-for']).toBe(CLIENT);
  const record = await eventually('a record', () => bench.authority.records.find(({ verb }) => verb === 'create'));
  expect(record).toMatchObject({ from: CLIENT });
});

it('counts failed logins by the address of the client', async () => {
  const path = `/oauth/authorize?client_id=openshift-challenging-client&response_type=code`;
  const authorization = `Basic ${Buffer.from('ann:wrong').toString('base64')}`;
  const { body } = await bench.request(path, { as: '', headers: { ...headers, 'x-csrf-token': '1', authorization } });
  await body.dump();
  expect(bench.authority.logins.at(-1)).toMatchObject({ username: 'ann', address: CLIENT });
});
