import {
  AuthorizeLogin,
  ListIdentityKeys,
  ListSigningKeys,
  MASTERS_GROUP,
  RecordAudit,
  RedeemCode,
  RegisterIdentityKey,
  ReviewAccess,
  ReviewToken,
  type AnswerOf,
  type AskOf,
  type AuditRecord,
  type Identity,
} from '@faktorz/domain';
import { ensureCertificates } from '@faktorz/embedded';
import { Answers, MessagingModule } from '@faktorz/messaging';
import { createService, readConfig, type RunningService } from '@faktorz/service-kit';
import { startTestNats } from '@faktorz/testing';
import { Injectable, Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, request as send, type Dispatcher } from 'undici';
import { gatewayEnv } from '../src/gateway.config.js';
import { GatewayModule } from '../src/gateway.module.js';
import { PublicDoor } from '../src/public-door/public-door.js';
import { ScriptedOwner } from './scripted-owner.js';

/** What the gateway asks of auth, answered as a test says. Everybody in `users` has the token `<name>-token`. */
@Injectable()
export class Authority {
  readonly users = new Map<string, Identity>([
    ['root', { user: 'root', groups: [MASTERS_GROUP, 'system:authenticated'] }],
    ['ann', { user: 'ann', groups: ['system:authenticated'] }],
    ['eve', { user: 'eve', groups: ['system:authenticated'] }],
  ]);
  readonly allowed = new Set<string>();
  asked = 0;

  @Answers(ReviewToken)
  reviewToken({ token }: AskOf<typeof ReviewToken>): AnswerOf<typeof ReviewToken> {
    this.asked += 1;
    return { identity: this.users.get(token.replace(/-token$/, '')) };
  }

  @Answers(ReviewAccess)
  reviewAccess({
    identity,
    attributes: { verb, resource, namespace, path },
  }: AskOf<typeof ReviewAccess>): AnswerOf<typeof ReviewAccess> {
    const allowed = this.allowed.has([identity.user, verb, path ?? resource, namespace].filter(Boolean).join(' '));
    return { allowed, reason: '' };
  }

  /** What was recorded, and the logins that were asked for. */
  readonly records: AuditRecord[] = [];
  readonly logins: AskOf<typeof AuthorizeLogin>[] = [];

  @Answers(RecordAudit)
  record({ records }: AskOf<typeof RecordAudit>): Record<string, never> {
    this.records.push(...records);
    return {};
  }

  /** The password is the user's name backwards; `slow` has to wait. */
  @Answers(AuthorizeLogin)
  authorize(ask: AskOf<typeof AuthorizeLogin>): AnswerOf<typeof AuthorizeLogin> {
    this.logins.push(ask);
    if (ask.scopes.includes('nonsense')) return { badScope: 'nonsense' };
    if (ask.username === 'slow') return { retryAfterSeconds: 7 };
    if ([...ask.username].reverse().join('') !== ask.password) return { user: ask.username };
    const token = { accessToken: `sha256~${ask.username}`, expiresInSeconds: 86_400, scope: ask.scopes.join(' ') };
    return ask.gives.what === 'token'
      ? { user: ask.username, token }
      : { user: ask.username, code: `code of ${ask.username}` };
  }

  @Answers(RedeemCode)
  redeem({ code, clientId }: AskOf<typeof RedeemCode>): AnswerOf<typeof RedeemCode> {
    if (!code.startsWith('code of ')) return {};
    const accessToken = `sha256~${code.slice('code of '.length)} for ${clientId}`;
    return { token: { accessToken, expiresInSeconds: 86_400, scope: 'user:full' } };
  }

  @Answers(ListSigningKeys)
  keys(): AnswerOf<typeof ListSigningKeys> {
    return { issuer: 'https://issuer.example', keys: [{ kid: 'k', kty: 'EC' }] };
  }

  @Answers(RegisterIdentityKey)
  register(): Record<string, never> {
    return {};
  }

  @Answers(ListIdentityKeys)
  list(): AnswerOf<typeof ListIdentityKeys> {
    return { keys: [] };
  }
}

/** The gateway with a real nats-server, in front of owners that do what a test says. */
export interface GatewayBench extends AsyncDisposable {
  readonly url: string;
  readonly authority: Authority;
  readonly owners: { streams: ScriptedOwner; imports: ScriptedOwner };
  readonly agent: Agent;
  request(
    path: string,
    options?: {
      as?: string;
      method?: Dispatcher.HttpMethod;
      headers?: Record<string, string>;
      body?: Dispatcher.DispatchOptions['body'];
      signal?: AbortSignal;
    },
  ): Promise<Dispatcher.ResponseData>;
}

export async function startGatewayBench(
  env: (owners: GatewayBench['owners']) => Record<string, string> = () => ({}),
): Promise<GatewayBench> {
  const directory = await mkdtemp(join(tmpdir(), 'faktorz-gateway-'));
  const nats = await startTestNats();
  const certificates = await ensureCertificates({ directory });
  const owners = {
    streams: await ScriptedOwner.start(['streams', 'shared']),
    imports: await ScriptedOwner.start(['imports', 'shared']),
  };

  @Module({
    imports: [MessagingModule.forService({ name: 'auth', natsUrl: nats.url, publishes: false, consumes: [] })],
    providers: [Authority],
  })
  class AuthorityModule {}
  const context: INestApplicationContext = await NestFactory.createApplicationContext(AuthorityModule, {
    logger: false,
  });

  const config = readConfig(gatewayEnv, {
    FAKTORZ_NATS_URL: nats.url,
    FAKTORZ_LOG_LEVEL: 'error',
    FAKTORZ_API_PORT: '0',
    FAKTORZ_GATEWAY_TLS_CERT_FILE: certificates.certificateFile,
    FAKTORZ_GATEWAY_TLS_KEY_FILE: certificates.keyFile,
    FAKTORZ_AUTH_URL: owners.imports.url,
    FAKTORZ_TAG_TRACKER_URL: owners.streams.url,
    FAKTORZ_IMPORTER_URL: owners.imports.url,
    FAKTORZ_TRIGGER_DISPATCHER_URL: owners.imports.url,
    FAKTORZ_WORKLOADS_URL: owners.imports.url,
    FAKTORZ_REGISTRY_URL: owners.imports.url,
    ...env(owners),
  });
  const gateway: RunningService = await createService({ name: 'gateway', config, module: GatewayModule.with(config) });
  const agent = new Agent({ connect: { ca: certificates.ca } });
  const url = `https://127.0.0.1:${gateway.app.get(PublicDoor).port}`;
  await untilReady(url, agent);
  return {
    url,
    authority: context.get(Authority),
    owners,
    agent,
    request: (path, { as = 'root', method = 'GET', headers = {}, body, signal } = {}) =>
      send(`${url}${path}`, {
        dispatcher: agent,
        method,
        body,
        signal,
        headers: { ...(as !== '' && { authorization: `Bearer ${as}-token` }), ...headers },
      }),
    [Symbol.asyncDispose]: async () => {
      await agent.destroy();
      await gateway.stop();
      await context.close();
      await Promise.all([owners.streams[Symbol.asyncDispose](), owners.imports[Symbol.asyncDispose]()]);
      await nats.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function untilReady(url: string, agent: Agent): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const { statusCode, body } = await send(`${url}/readyz`, { dispatcher: agent });
    await body.dump();
    if (statusCode === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the gateway did not become ready');
}
