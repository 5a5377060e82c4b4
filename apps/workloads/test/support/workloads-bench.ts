import type { KubeObject } from '@faktorz/apimachinery';
import { MessagingModule, natsServerConfig, natsUsers, Requests } from '@faktorz/messaging';
import { PersistenceModule } from '@faktorz/persistence';
import {
  createService,
  IDENTITY_HEADER,
  KEY_EXCHANGE,
  keyExchangeOver,
  readConfig,
  type RunningService,
  serviceEnv,
  ServiceIdentity,
} from '@faktorz/service-kit';
import { startTestNats, startTestPostgres, type TestNats, type TestPostgres } from '@faktorz/testing';
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { workloadsEnv } from '../../src/workloads.config.js';
import { WorkloadsModule } from '../../src/workloads.module.js';
import { AuthDesk, TagDesk } from './neighbours.js';

@Module({})
class NeighbourModule {
  static with(name: string, url: string, natsUrl: string, providers: Provider[]): DynamicModule {
    return {
      module: NeighbourModule,
      imports: [
        PersistenceModule.forService({ name, url, migrations: [], poolSize: 3 }),
        MessagingModule.forService({ name, natsUrl, ...credentials(name), publishes: true, consumes: [] }),
      ],
      providers,
    };
  }
}

export interface Answer<T = KubeObject> {
  status: number;
  body: T;
}

/** Real workloads services between neighbours that speak for auth and tag-tracker, with real PostgreSQL and NATS. */
export class WorkloadsBench implements AsyncDisposable {
  private constructor(
    private readonly postgres: TestPostgres,
    private readonly nats: TestNats,
    private readonly auth: RunningService,
    private readonly tagTracker: RunningService,
    private readonly replicas: readonly RunningService[],
  ) {}

  static async start({ replicas = 1 } = {}): Promise<WorkloadsBench> {
    const [postgres, nats] = await Promise.all([startTestPostgres(), startNats()]);
    const database = await postgres.createDatabase('auth', 'tag_tracker', 'workloads');
    const neighbour = (name: string, owner: string, providers: Provider[]) =>
      createService({
        name,
        config: readConfig(serviceEnv.omit({ FAKTORZ_DATABASE_URL: true }), { FAKTORZ_LOG_LEVEL: 'error' }),
        module: NeighbourModule.with(name, database.url(owner), nats.url, providers),
      });
    const auth = await neighbour('auth', 'auth', [AuthDesk]);
    const tagTracker = await neighbour('tag-tracker', 'tag_tracker', [
      TagDesk,
      { provide: KEY_EXCHANGE, useFactory: keyExchangeOver, inject: [Requests] },
    ]);
    const { user, password } = credentials('workloads');
    const config = readConfig(workloadsEnv, {
      FAKTORZ_DATABASE_URL: database.url('workloads'),
      FAKTORZ_NATS_URL: nats.url,
      FAKTORZ_NATS_USER: user,
      FAKTORZ_NATS_PASSWORD: password,
      FAKTORZ_HTTP_PORT: '0',
      FAKTORZ_LOG_LEVEL: 'error',
    });
    const running: RunningService[] = [];
    while (running.length < replicas) {
      running.push(await createService({ name: 'workloads', config, module: WorkloadsModule.with(config) }));
    }
    return new WorkloadsBench(postgres, nats, auth, tagTracker, running);
  }

  private requests = 0;

  get authDesk(): AuthDesk {
    return this.auth.app.get(AuthDesk);
  }

  get tags(): TagDesk {
    return this.tagTracker.app.get(TagDesk);
  }

  /** A request to the API, to one replica after the other; a PATCH is a strategic merge unless told otherwise. */
  async request<T = KubeObject>(
    method: string,
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    this.requests += 1;
    const replica = this.replicas[this.requests % this.replicas.length];
    const answer = await fetch(`${replica?.url}${path}`, {
      method,
      headers: {
        [IDENTITY_HEADER]: await this.tagTracker.app.get(ServiceIdentity).signOwn('workloads'),
        'content-type': method === 'PATCH' ? 'application/strategic-merge-patch+json' : 'application/json',
        ...headers,
      },
      body: body && JSON.stringify(body),
    });
    return { status: answer.status, body: (await answer.json()) as T };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.replicas.map((replica) => replica.stop()));
    await Promise.all([this.auth.stop(), this.tagTracker.stop()]);
    await Promise.all([this.nats.stop(), this.postgres.stop()]);
  }
}

function credentials(service: string): { user: string; password: string } {
  return { user: service, password: `password of ${service}` };
}

/** A nats-server with the users and permissions of production. */
function startNats(): Promise<TestNats> {
  const users = natsUsers().map((user) => ({ ...user, ...credentials(user.service) }));
  return startTestNats(({ port, storeDirectory }) =>
    natsServerConfig({ users, storeDir: storeDirectory, port, syncAlways: false }),
  );
}
