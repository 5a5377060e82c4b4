import { MASTERS_GROUP, type Identity } from '@faktorz/domain';
import { MessagingModule, Requests } from '@faktorz/messaging';
import {
  createService,
  KEY_EXCHANGE,
  keyExchangeOver,
  readConfig,
  serviceEnv,
  ServiceHttp,
  ServiceIdentity,
  type RunningService,
  type ServiceConfig,
} from '@faktorz/service-kit';
import {
  startTestNats,
  startTestPostgres,
  type TestDatabase,
  type TestNats,
  type TestPostgres,
} from '@faktorz/testing';
import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import pg from 'pg';
import { authEnv } from '../src/auth.config.js';
import { AuthModule } from '../src/auth.module.js';
import { newAccessToken } from '../src/token/access-token.js';

/** A public door as auth sees it: it asks over NATS and speaks for its callers. */
@Module({})
class DoorModule {
  static on(natsUrl: string): DynamicModule {
    return {
      module: DoorModule,
      imports: [MessagingModule.forService({ name: 'gateway', natsUrl, publishes: false, consumes: [] })],
      providers: [{ provide: KEY_EXCHANGE, useFactory: keyExchangeOver, inject: [Requests] }],
    };
  }
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers are looked at, not typed
export type Body = any;

export interface AuthAnswer {
  status: number;
  body: Body;
}

/** auth on a real PostgreSQL and nats-server, and the door through which it is reached. */
export interface AuthBench extends AsyncDisposable {
  readonly adminToken: string;
  readonly database: TestDatabase;
  readonly requests: Requests;
  readonly natsUrl: string;
  request(
    identity: Identity,
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: object,
    contentType?: string,
  ): Promise<AuthAnswer>;
  /** The same as the administrator. */
  admin(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: object,
    contentType?: string,
  ): Promise<AuthAnswer>;
  restart(env?: Record<string, string>): Promise<void>;
  /** One of auth's own parts, for what no request can bring about. */
  part<T>(type: Type<T>): T;
  /** Looks into auth's tables. */
  query<Row extends object>(text: string): Promise<Row[]>;
}

export const ADMIN: Identity = {
  user: 'admin',
  groups: [MASTERS_GROUP, 'system:authenticated:oauth', 'system:authenticated'],
};
export const person = (user: string): Identity => ({
  user,
  groups: ['system:authenticated:oauth', 'system:authenticated'],
});

export async function startAuthBench(env: Record<string, string> = {}): Promise<AuthBench> {
  const directory = await mkdtemp(join(tmpdir(), 'faktorz-auth-'));
  const [postgres, nats]: [TestPostgres, TestNats] = await Promise.all([startTestPostgres(), startTestNats()]);
  const database = await postgres.createDatabase('auth');
  const adminToken = newAccessToken();
  await writeFile(join(directory, 'token'), `${adminToken}\n`);
  await writeFile(join(directory, 'key'), `${randomBytes(32).toString('base64')}\n`);
  const shared = { FAKTORZ_NATS_URL: nats.url, FAKTORZ_LOG_LEVEL: 'error' };
  const start = (more: Record<string, string>): Promise<RunningService> => {
    const config = readConfig(authEnv, {
      ...shared,
      FAKTORZ_DATABASE_URL: database.url('auth'),
      FAKTORZ_AUTH_ENCRYPTION_KEY_FILE: join(directory, 'key'),
      FAKTORZ_AUTH_BOOTSTRAP_TOKEN_FILE: join(directory, 'token'),
      FAKTORZ_AUTH_NAMESPACE_OWNERS: 'tag-tracker',
      ...env,
      ...more,
    });
    return createService({ name: 'auth', config, module: AuthModule.with(config) });
  };
  let auth = await start({});
  const doorConfig = readConfig(serviceEnv.omit({ FAKTORZ_DATABASE_URL: true }), shared) as ServiceConfig;
  const door = await createService({ name: 'gateway', config: doorConfig, module: DoorModule.on(nats.url) });
  const [http, signer] = [door.app.get(ServiceHttp), door.app.get(ServiceIdentity)];

  const request: AuthBench['request'] = async (identity, method, path, body, contentType = 'application/json') => {
    const answer = await http.service('auth', auth.url).stream({
      method,
      path,
      headers: body === undefined ? {} : { 'content-type': contentType },
      body: body === undefined ? undefined : JSON.stringify(body),
      signedIdentity: await signer.sign(identity, 'auth'),
    });
    return { status: answer.status, body: await json(answer.body).catch(() => undefined) };
  };
  return {
    adminToken,
    database,
    requests: door.app.get(Requests),
    natsUrl: nats.url,
    part: (type) => auth.app.get(type),
    request,
    admin: (method, path, body, contentType) => request(ADMIN, method, path, body, contentType),
    query: async <Row extends object>(text: string): Promise<Row[]> => {
      const client = new pg.Client(database.url('auth'));
      await client.connect();
      try {
        return (await client.query<Row>(text)).rows;
      } finally {
        await client.end();
      }
    },
    restart: async (more = {}) => {
      await auth.stop();
      auth = await start(more);
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([auth.stop(), door.stop()]);
      await Promise.all([nats.stop(), postgres.stop()]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}
