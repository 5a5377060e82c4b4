import type { KubeObject } from '@faktorz/apimachinery';
import { NamespaceTerminating, TagDeleted, TagUpdated } from '@faktorz/domain';
import { MessagingModule, natsServerConfig, natsUsers, Requests } from '@faktorz/messaging';
import { ChangeLog, Database, PersistenceModule } from '@faktorz/persistence';
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
import { triggerDispatcherEnv } from '../../src/trigger-dispatcher.config.js';
import { TriggerDispatcherModule } from '../../src/trigger-dispatcher.module.js';
import type { WebhookDelivery } from '../../src/delivery/delivery.js';
import type { TriggerRecord } from '../../src/ledger/trigger-record.js';
import { AuthDesk } from './auth-neighbour.js';
import { TagDesk } from './tag-desk.js';

const OWNERS = ['auth', 'tag_tracker', 'importer', 'trigger_dispatcher'];
const DIGEST = `sha256:${'a'.repeat(64)}`;

/** A service beside the dispatcher that owns events. */
@Module({})
class NeighbourModule {
  static with(name: string, url: string, natsUrl: string, providers: Provider[]): DynamicModule {
    return {
      module: NeighbourModule,
      imports: [
        PersistenceModule.forService({ name, url, migrations: [], poolSize: 4 }),
        MessagingModule.forService({ name, natsUrl, ...credentials(name), publishes: true, consumes: [] }),
      ],
      providers,
    };
  }
}

/** The answer of the dispatcher's API. */
export interface ApiAnswer<T = KubeObject> {
  status: number;
  body: T;
}

/** A real dispatcher between neighbours that speak for auth and tag-tracker, with real PostgreSQL and NATS. */
export class DispatcherBench implements AsyncDisposable {
  private readonly dispatchers: RunningService[] = [];

  private constructor(
    readonly postgres: TestPostgres,
    private readonly nats: TestNats,
    private readonly auth: RunningService,
    private readonly tagTracker: RunningService,
    private readonly env: Record<string, string>,
  ) {}

  static async start(): Promise<DispatcherBench> {
    const [postgres, nats] = await Promise.all([startTestPostgres(), startNats()]);
    const database = await postgres.createDatabase(...OWNERS);
    const neighbour = (name: string, owner: string, providers: Provider[] = []) =>
      createService({
        name,
        config: readConfig(serviceEnv.omit({ FAKTORZ_DATABASE_URL: true }), { FAKTORZ_LOG_LEVEL: 'error' }),
        module: NeighbourModule.with(name, database.url(owner), nats.url, providers),
      });
    const auth = await neighbour('auth', 'auth', [AuthDesk]);
    const tagTracker = await neighbour('tag-tracker', 'tag_tracker', [
      { provide: KEY_EXCHANGE, useFactory: keyExchangeOver, inject: [Requests] },
      TagDesk,
    ]);
    return new DispatcherBench(postgres, nats, auth, tagTracker, {
      FAKTORZ_DATABASE_URL: database.url('trigger_dispatcher'),
      FAKTORZ_NATS_URL: nats.url,
      FAKTORZ_NATS_USER: credentials('trigger-dispatcher').user,
      FAKTORZ_NATS_PASSWORD: credentials('trigger-dispatcher').password,
      FAKTORZ_HTTP_PORT: '0',
      FAKTORZ_LOG_LEVEL: 'error',
      FAKTORZ_OUTBOUND_ALLOWED: 'loopback',
    });
  }

  /** Starts one more replica. */
  async startDispatcher(env: Record<string, string> = {}): Promise<RunningService> {
    const config = readConfig(triggerDispatcherEnv, { ...this.env, ...env });
    const name = 'trigger-dispatcher';
    const dispatcher = await createService({ name, config, module: TriggerDispatcherModule.with(config) });
    this.dispatchers.push(dispatcher);
    return dispatcher;
  }

  get desk(): AuthDesk {
    return this.auth.app.get(AuthDesk);
  }

  get tags(): TagDesk {
    return this.tagTracker.app.get(TagDesk);
  }

  /** The database of the first dispatcher. */
  get database(): Database {
    return this.first().app.get(Database);
  }

  /** A request to the API of the first dispatcher; a path without a group is one of `events.faktorz.io`. */
  async request<T = KubeObject>(method: string, path: string, body?: object): Promise<ApiAnswer<T>> {
    const group = path.startsWith('/apis/') ? '' : '/apis/events.faktorz.io/v1';
    const answer = await fetch(`${this.first().url}${group}${path}`, {
      method,
      headers: {
        [IDENTITY_HEADER]: await this.tagTracker.app.get(ServiceIdentity).signOwn('trigger-dispatcher'),
        'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
      },
      body: body && JSON.stringify(body),
    });
    return { status: answer.status, body: (await answer.json()) as T };
  }

  /** Makes a webhook and returns the key that signs for it. */
  async webhook(name: string, spec: object, namespace = 'team'): Promise<string> {
    const { status, body } = await this.request('POST', `/namespaces/${namespace}/webhooks`, {
      metadata: { name },
      spec,
    });
    if (status !== 201) throw new Error(`${status}: ${JSON.stringify(body)}`);
    return this.desk.key(`${namespace}/${name}-signing`);
  }

  async patch(name: string, spec: object): Promise<void> {
    const { status, body } = await this.request('PATCH', `/namespaces/team/webhooks/${name}`, { spec });
    if (status !== 200) throw new Error(`${status}: ${JSON.stringify(body)}`);
  }

  async deliveries(selector = ''): Promise<WebhookDelivery[]> {
    const query = selector && `?fieldSelector=${encodeURIComponent(selector)}`;
    const path = `/namespaces/team/webhookdeliveries${query}`;
    return (await this.request<{ items: WebhookDelivery[] }>('GET', path)).body.items;
  }

  /** What became of triggers, in order of objects and of what happened. */
  async records(selector = ''): Promise<TriggerRecord[]> {
    const query = selector && `?fieldSelector=${encodeURIComponent(selector)}`;
    const path = `/apis/triggers.faktorz.io/v1/namespaces/team/triggerrecords${query}`;
    return (await this.request<{ items: TriggerRecord[] }>('GET', path)).body.items;
  }

  /** Has everything been recorded that tag-tracker has told, and is no object left to be looked at? */
  async isQuiet(): Promise<boolean> {
    const { head } = await this.tagTracker.app.get(ChangeLog).eventBounds();
    const [row] = await this.database.query<{ position: string; lanes: string }>(
      `SELECT position, (SELECT count(*) FROM trigger_lane) AS lanes FROM consumer_cursor WHERE owner = 'tag-tracker'`,
    );
    return row !== undefined && BigInt(row.position) >= head && row.lanes === '0';
  }

  /** Moves a tag to an image that is written as it is. */
  async point(tag: string, image: string): Promise<void> {
    this.tags.images.set(tag, image);
    await this.move(tag, 'team', image);
  }

  /** Deletes a tag. */
  async drop(tag: string, namespace = 'team'): Promise<void> {
    const [stream = '', name = ''] = tag.split(':');
    this.tags.images.delete(tag);
    await this.tagTracker.app.get(ChangeLog).transaction(async (tx) => {
      const data = { namespace, stream, tag: name, by: 'ann' };
      tx.publish({ definition: TagDeleted, subject: `${namespace}/${tag}`, namespace, stream, data });
    });
  }

  /** Moves a tag: `ruby:2.0`. Returns when that has committed. */
  async move(tag: string, namespace = 'team', pullSpec?: string): Promise<void> {
    const [stream = '', name = ''] = tag.split(':');
    await this.tagTracker.app.get(ChangeLog).transaction(async (tx) => {
      tx.publish({
        definition: TagUpdated,
        subject: `${namespace}/${tag}`,
        namespace,
        stream,
        data: {
          namespace,
          stream,
          tag: name,
          generation: 1,
          image: DIGEST,
          dockerImageReference: `registry.example/${stream}@${DIGEST}`,
          ...(pullSpec !== undefined && { pullSpec }),
          cause: 'tag',
          by: 'ann',
        },
      });
    });
  }

  /** Tells that a namespace is going away. */
  async terminate(namespace: string): Promise<void> {
    const uid = `${namespace}-1`;
    this.desk.namespaces.set(namespace, { uid, phase: 'Terminating' });
    await this.auth.app.get(ChangeLog).transaction(async (tx) => {
      const data = { namespace, uid };
      tx.publish({ definition: NamespaceTerminating, subject: namespace, namespace, stream: '', data });
    });
  }

  /** Stops all replicas; the rest goes on. */
  async stopDispatchers(): Promise<void> {
    await Promise.all(this.dispatchers.splice(0).map((dispatcher) => dispatcher.stop()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stopDispatchers();
    await Promise.all([this.tagTracker.stop(), this.auth.stop()]);
    await Promise.all([this.nats.stop(), this.postgres.stop()]);
  }

  private first(): RunningService {
    const [dispatcher] = this.dispatchers;
    if (!dispatcher) throw new Error('no dispatcher runs');
    return dispatcher;
  }
}

function credentials(service: string): { user: string; password: string } {
  return { user: service, password: `${service}-password` };
}

/** A nats-server with the users and permissions of production. */
function startNats(): Promise<TestNats> {
  const users = natsUsers().map((user) => ({ ...user, ...credentials(user.service) }));
  return startTestNats(({ port, storeDirectory }) =>
    natsServerConfig({ users, storeDir: storeDirectory, port, syncAlways: false }),
  );
}
