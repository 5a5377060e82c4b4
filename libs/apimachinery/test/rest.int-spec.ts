import { afterAll, beforeAll } from '@jest/globals';
import { restContract } from '@faktorz/apimachinery/contract';
import { startWidgetServer } from './widget-server.js';

let server: Awaited<ReturnType<typeof startWidgetServer>>;

beforeAll(async () => {
  server = await startWidgetServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const apiVersion = 'test.faktorz.io/v1';
restContract('widgets', () => ({
  group: 'test.faktorz.io',
  version: 'v1',
  kind: 'Widget',
  plural: 'widgets',
  collection: `/apis/${apiVersion}/namespaces/test/widgets`,
  send: (path, init) => fetch(`${server.address}${path}`, init),
  object: (name) => ({ apiVersion, kind: 'Widget', metadata: { name }, spec: { color: 'red' } }),
}));
