import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createService, readConfig, type RunningService } from '@faktorz/service-kit';
import { startTestNats, startTestPostgres } from '@faktorz/testing';
import { Database } from '@faktorz/persistence';
import { RegistryDoor } from '../../src/door/registry-door.js';
import { registryEnv } from '../../src/registry.config.js';
import { RegistryModule } from '../../src/registry.module.js';
import { AuthDesk, startAuthNeighbour } from './auth-neighbour.js';
import { startTagTrackerNeighbour, TagTrackerDesk } from './tag-tracker-neighbour.js';

/** The name images pushed here have in references. */
export const OWN_HOST = 'registry.test:5000';

export interface Sent {
  method?: string;
  body?: string | Uint8Array<ArrayBuffer>;
  headers?: Record<string, string>;
  /** Default: the administrator's; `undefined` sends none. */
  token?: string | undefined;
}

/** The whole registry between neighbours that speak for auth and tag-tracker, with real PostgreSQL and NATS. */
export class NeighbourBench implements AsyncDisposable {
  private constructor(
    private readonly registry: RunningService,
    private readonly authService: RunningService,
    private readonly tagTrackerService: RunningService,
    private readonly end: () => Promise<void>,
  ) {}

  static async start(env: Record<string, string> = {}): Promise<NeighbourBench> {
    const [postgres, nats] = await Promise.all([startTestPostgres(), startTestNats()]);
    const directory = await mkdtemp(join(tmpdir(), 'faktorz-registry-'));
    const database = await postgres.createDatabase('registry', 'auth', 'tag_tracker');
    const auth = await startAuthNeighbour(database.url('auth'), nats.url);
    const tagTracker = await startTagTrackerNeighbour(database.url('tag_tracker'), nats.url);
    const config = readConfig(registryEnv, {
      FAKTORZ_DATABASE_URL: database.url('registry'),
      FAKTORZ_NATS_URL: nats.url,
      FAKTORZ_HTTP_PORT: '0',
      FAKTORZ_REGISTRY_PORT: '0',
      FAKTORZ_REGISTRY_STORAGE_DIRECTORY: directory,
      FAKTORZ_REGISTRY_INTERNAL_HOST: OWN_HOST,
      FAKTORZ_OUTBOUND_ALLOWED: 'loopback',
      FAKTORZ_LOG_LEVEL: 'error',
      FAKTORZ_TAG_TRACKER_URL: tagTracker.url,
      ...env,
    });
    const registry = await createService({ name: 'registry', config, module: RegistryModule.with(config) });
    return new NeighbourBench(registry, auth, tagTracker, async () => {
      await Promise.all([nats.stop(), postgres.stop()]);
      await rm(directory, { recursive: true, force: true });
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.registry.app.get(RegistryDoor).port}`;
  }

  get auth(): AuthDesk {
    return this.authService.app.get(AuthDesk);
  }

  get tagTracker(): TagTrackerDesk {
    return this.tagTrackerService.app.get(TagTrackerDesk);
  }

  provider<T>(token: abstract new (...args: never[]) => T): T {
    return this.registry.app.get<T>(token as never);
  }

  query<Row = Record<string, unknown>>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return this.provider(Database).query<Row>(text, values);
  }

  ask(path: string, sent: Sent = {}): Promise<Response> {
    const { method = 'GET', body, headers } = sent;
    const token = 'token' in sent ? sent.token : 'admins-token';
    return fetch(`${this.url}${path}`, {
      method,
      body,
      headers: { ...(token !== undefined && { authorization: `Bearer ${token}` }), ...headers },
    });
  }

  /** Ends tag-tracker and auth for good. */
  async stopNeighbours(): Promise<void> {
    await this.tagTrackerService.stop();
    await this.authService.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.registry.stop();
    await this.tagTrackerService.stop();
    await this.authService.stop();
    await this.end();
  }
}
