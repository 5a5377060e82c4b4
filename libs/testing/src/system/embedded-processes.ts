import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { commandLineOf } from '@faktorz/embedded';
import pg from 'pg';
import { eventually } from '../wait/eventually.js';

/** The servers the launcher runs beside the services. */
export type EmbeddedServerName = 'nats-server' | 'postgresql';

const END_TIMEOUT_MS = 15_000;
const QUERY_TIMEOUT_MS = 15_000;

/** The servers of a running system, found by the files they leave in its data directory. */
export class EmbeddedProcesses {
  constructor(private readonly dataDirectory: string) {}

  /** Number of the server's process; of one that was just killed perhaps still the old one's. */
  async pid(server: EmbeddedServerName): Promise<number> {
    const text = server === 'nats-server' ? await this.messagingFile('nats-server.pid') : await this.databaseLock();
    const pid = Number.parseInt(text, 10);
    if (!Number.isInteger(pid) || pid <= 1)
      throw new Error(`no process number of ${server} in ${JSON.stringify(text)}`);
    return pid;
  }

  /** Whether it runs at this moment. */
  async isRunning(server: EmbeddedServerName): Promise<boolean> {
    const pid = await this.pid(server).catch(() => undefined);
    return pid !== undefined && commandLineOf(pid) !== undefined;
  }

  /** Ends nats-server and removes everything it has stored, while `launcher` is held so that it cannot start it between. */
  async wipeMessages(launcher: number): Promise<void> {
    const pid = await this.pid('nats-server');
    process.kill(launcher, 'SIGSTOP');
    try {
      process.kill(pid, 'SIGTERM');
      await eventually('nats-server has ended', () => commandLineOf(pid) === undefined, END_TIMEOUT_MS);
      await rm(join(this.dataDirectory, 'nats', 'jetstream'), { recursive: true, force: true });
    } finally {
      process.kill(launcher, 'SIGCONT');
    }
  }

  /** Runs one statement as superuser, on a connection of its own. */
  async query<Row>(text: string, values: readonly unknown[]): Promise<Row[]> {
    const password = await readFile(join(this.dataDirectory, 'secrets', 'postgres-superuser.password'), 'utf8');
    const client = new pg.Client({
      host: '127.0.0.1',
      port: Number((await this.databaseLock()).split('\n')[3]),
      user: 'postgres',
      password: password.trim(),
      database: 'faktorz',
      connectionTimeoutMillis: QUERY_TIMEOUT_MS,
    });
    client.on('error', () => undefined); // reported by the query it breaks
    await client.connect();
    try {
      const { rows } = await client.query(text, [...values]);
      return rows as Row[];
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  private messagingFile(name: string): Promise<string> {
    return readFile(join(this.dataDirectory, 'nats', name), 'utf8');
  }

  /** `postmaster.pid`: process number, data directory, start time, port, each on a line. */
  private async databaseLock(): Promise<string> {
    const place = join(this.dataDirectory, 'postgres');
    const elsewhere = await readFile(place, 'utf8').catch(() => undefined);
    return readFile(join(elsewhere?.trim() ?? place, 'data', 'postmaster.pid'), 'utf8');
  }
}
