import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createService, readConfig, type RunningService } from '@faktorz/service-kit';
import { startTestPostgres, type TestDatabase, type TestPostgres } from '@faktorz/testing';
import { Database } from '@faktorz/persistence';
import { type Dispatcher, request as send } from 'undici';
import { RegistryDoor } from '../../src/door/registry-door.js';
import { registryEnv } from '../../src/registry.config.js';
import { AbandonedUploadsWorker } from '../../src/upload/abandoned-uploads.worker.js';
import { CoreModule } from './core-module.js';
import { NamedCallers, RememberedStreams } from './open-neighbours.js';

export interface Answer {
  status: number;
  headers: Record<string, string | undefined>;
  body: Buffer;
  /** The code of the first error in the body. */
  code: string | undefined;
}

export interface Sent {
  body?: Buffer | string | AsyncIterable<Buffer>;
  headers?: Record<string, string>;
  user?: string;
}

/** One or more replicas of the registry's own part over one database and one directory. */
export class RegistryBench implements AsyncDisposable {
  readonly callers = new NamedCallers();
  readonly streams = new RememberedStreams();
  private readonly replicas: RunningService[] = [];

  private constructor(
    private readonly postgres: TestPostgres,
    private readonly database: TestDatabase,
    readonly directory: string,
  ) {}

  static async start({
    replicas = 1,
    env = {},
  }: { replicas?: number; env?: Record<string, string> } = {}): Promise<RegistryBench> {
    const postgres = await startTestPostgres();
    const database = await postgres.createDatabase('registry');
    const directory = await mkdtemp(join(tmpdir(), 'faktorz-registry-'));
    const bench = new RegistryBench(postgres, database, directory);
    try {
      while (bench.replicas.length < replicas) await bench.addReplica(env);
      return bench;
    } catch (error) {
      await bench[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Where a replica listens. */
  url(replica = 0): string {
    return `http://127.0.0.1:${this.service(replica).app.get(RegistryDoor).port}`;
  }

  provider<T>(token: abstract new (...args: never[]) => T, replica = 0): T {
    return this.service(replica).app.get<T>(token as never);
  }

  query<Row = Record<string, unknown>>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return this.provider(Database).query<Row>(text, values);
  }

  /** A request to a replica; `path` may be absolute, as in a `Location`. */
  async request(
    method: string,
    path: string,
    { body, headers, user = 'admin' }: Sent = {},
    replica = 0,
  ): Promise<Answer> {
    const url = path.startsWith('http')
      ? `${this.url(replica)}${path.slice(new URL(path).origin.length)}`
      : `${this.url(replica)}${path}`;
    const answer = await send(url, {
      method: method as Dispatcher.HttpMethod,
      body: body as never,
      headers: { authorization: `Bearer ${user}`, ...headers },
    });
    const bytes = Buffer.from(await answer.body.arrayBuffer());
    return {
      status: answer.statusCode,
      headers: answer.headers as Record<string, string>,
      body: bytes,
      code: codeIn(bytes),
    };
  }

  /** Pushes a blob by POST and PUT; its digest. */
  async pushBlob(name: string, bytes: Buffer, algorithm = 'sha256'): Promise<string> {
    const digest = digestOf(bytes, algorithm);
    const begun = await this.request('POST', `/v2/${name}/blobs/uploads/`);
    const done = await this.request('PUT', withQuery(begun.headers.location, { digest }), { body: bytes });
    if (done.status !== 201) throw new Error(`PUT of a blob: ${done.status} ${done.body.toString()}`);
    return digest;
  }

  /** Files under a directory of the storage, without their directories. */
  async files(directory: 'blobs' | 'uploads'): Promise<string[]> {
    const entries = await readdir(join(this.directory, directory), { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
  }

  /** Looks for abandoned drafts, as each replica does every some minutes. */
  removeDraftsNow(): Promise<void> {
    return this.provider(AbandonedUploadsWorker).removeDrafts();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.replicas.map((replica) => replica.stop()));
    await this.postgres.stop();
    await rm(this.directory, { recursive: true, force: true });
  }

  private async addReplica(env: Record<string, string>): Promise<void> {
    const config = readConfig(registryEnv, {
      FAKTORZ_DATABASE_URL: this.database.url('registry'),
      FAKTORZ_HTTP_PORT: '0',
      FAKTORZ_REGISTRY_PORT: '0',
      FAKTORZ_REGISTRY_STORAGE_DIRECTORY: this.directory,
      FAKTORZ_LOG_LEVEL: 'warn',
      ...env,
    });
    const module = CoreModule.with(config, this.callers, this.streams);
    this.replicas.push(await createService({ name: 'registry', config, module }));
  }

  private service(replica: number): RunningService {
    const found = this.replicas[replica];
    if (!found) throw new Error(`there is no replica ${replica}`);
    return found;
  }
}

export function digestOf(bytes: Buffer, algorithm = 'sha256'): string {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
}

export function randomBlob(sizeBytes = 512): Buffer {
  return randomBytes(sizeBytes);
}

/** An address with more parameters. */
export function withQuery(location: string | undefined, parameters: Record<string, string>): string {
  if (location === undefined) throw new Error('the answer had no Location');
  const url = new URL(location);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.append(name, value);
  return url.href;
}

function codeIn(body: Buffer): string | undefined {
  try {
    return (JSON.parse(body.toString()) as { errors?: { code?: string }[] }).errors?.[0]?.code;
  } catch {
    return undefined;
  }
}
