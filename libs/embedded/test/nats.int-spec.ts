import { mkdtemp, rm } from 'node:fs/promises';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { freePort, type NatsPlace, type RunningNats, startNats } from '../src/index.js';

let directory: string;
const running: RunningNats[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'faktorz-nats-'));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
  await rm(directory, { recursive: true, force: true });
});

const configuration = ({ host, port, storeDirectory }: NatsPlace): string =>
  `host: "${host}"\nport: ${port}\njetstream { store_dir: "${storeDirectory}" }\n`;

async function start(port = 0): Promise<RunningNats> {
  const server = await startNats({ directory, port, configuration, log: () => undefined });
  running.push(server);
  return server;
}

/** The server's greeting to a new connection. */
function greeting(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp(port, '127.0.0.1');
    socket.once('data', (bytes) => {
      resolve(bytes.toString());
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

describe('the embedded nats-server', () => {
  it('greets with JetStream on', async () => {
    const server = await start();
    expect(await greeting(server.port)).toMatch(/^INFO .*"jetstream":true/);
  });

  it('names a taken port', async () => {
    const port = await freePort();
    await start(port);
    const second = startNats({ directory: join(directory, 'other'), port, configuration, log: () => undefined });
    await expect(second).rejects.toMatchObject({ reason: 'PortTaken', message: expect.stringContaining(String(port)) });
  });

  it('says in one line what is wrong with a configuration', async () => {
    const wrong = startNats({ directory, configuration: () => 'nonsense: {', log: () => undefined });
    await expect(wrong).rejects.toMatchObject({ reason: 'Failed', message: expect.not.stringContaining('\n') });
  });
});
