import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type NatsPlace, type RunningNats, startNats } from '@faktorz/embedded';
import { testWatchdog } from '../test-watchdog.js';

/** A real nats-server with JetStream for tests. */
export interface TestNats extends AsyncDisposable {
  /** e.g. `nats://127.0.0.1:40123`; the same after `restart`. */
  readonly url: string;
  readonly port: number;
  /** Starts it again on its port, with what JetStream stored or (`wiped`) without. */
  restart(how?: { wiped: boolean }): Promise<void>;
  /** Ends it at once, as a crash would; `restart` brings it back. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a nats-server without users (some 20 ms), or with a configuration of the test's own. */
export async function startTestNats(
  configuration: (place: NatsPlace) => string = openConfiguration,
): Promise<TestNats> {
  const directory = await mkdtemp(join(tmpdir(), 'faktorz-test-nats-'));
  const start = (port = 0): Promise<RunningNats> =>
    startNats({ directory, port, configuration, log: () => undefined, watchdog: testWatchdog() });
  let server = await start();
  const stop = async (): Promise<void> => {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  };
  return {
    url: server.url,
    port: server.port,
    restart: async ({ wiped } = { wiped: false }) => {
      await server.stop();
      if (wiped) await rm(join(directory, 'jetstream'), { recursive: true, force: true });
      server = await start(server.port);
    },
    kill: () => server.kill(),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function openConfiguration({ host, port, storeDirectory }: NatsPlace): string {
  return `host: "${host}"\nport: ${port}\njetstream { store_dir: ${JSON.stringify(storeDirectory)} }\n`;
}
