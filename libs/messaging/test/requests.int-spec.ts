import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ApiError } from '@faktorz/apimachinery';
import { defineEvent, defineRequest, DomainError, ReadHead } from '@faktorz/domain';
import { ChangeLog } from '@faktorz/persistence';
import { startTestPostgres, type TestNats, type TestPostgres } from '@faktorz/testing';
import { type INestApplicationContext, Injectable } from '@nestjs/common';
import { z } from 'zod';
import {
  Answers,
  type AskContext,
  type ConsumedEvent,
  EVENT_STREAM,
  NatsLink,
  Requests,
  Subscriptions,
} from '../src/index.js';
import { credentials, startNatsWithUsers } from './support/nats.js';
import { expectSoon, startService } from './support/service.js';

const Double = defineRequest(
  'auth.number.double',
  z.object({ n: z.number().int() }),
  z.object({ twice: z.number(), by: z.string() }),
);
const Fail = defineRequest('auth.number.fail', z.object({ how: z.string() }), z.object({}));
const Unanswered = defineRequest('auth.number.unanswered', z.object({}), z.object({}));
const Changed = defineEvent('auth', 'Changed', z.object({ n: z.number() }));

class NumberMissing extends DomainError {
  readonly reason = 'NotFound';
}

@Injectable()
class Numbers {
  static answered: string[] = [];

  @Answers(Double)
  double({ n }: { n: number }, { asker }: AskContext) {
    return { twice: n * 2, by: asker };
  }

  @Answers(Fail)
  async fail({ how }: { how: string }): Promise<Record<string, never>> {
    if (how === 'api') throw new ApiError('Conflict', 'already there', { name: 'x', kind: 'numbers' });
    if (how === 'domain') throw new NumberMissing('no such number');
    if (how === 'slow') await new Promise((resolve) => setTimeout(resolve, 400));
    if (how === 'large') return { text: 'x'.repeat(300_000) } as never;
    throw new Error('the password is hush');
  }
}

let postgres: TestPostgres;
let nats: TestNats;
let apps: INestApplicationContext[] = [];

jest.setTimeout(30_000);

beforeAll(async () => {
  postgres = await startTestPostgres();
  nats = await startNatsWithUsers();
}, 60_000);
afterEach(async () => {
  for (const app of apps) await app.close();
  apps = [];
});
afterAll(async () => {
  await nats.stop();
  await postgres.stop();
});

async function startAuth(): Promise<INestApplicationContext> {
  const databaseUrl = (await postgres.createDatabase('auth')).url('auth');
  const app = await startService(nats, {
    name: 'auth',
    publishes: true,
    consumes: [],
    databaseUrl,
    providers: [Numbers],
  });
  apps.push(app);
  return app;
}
async function startGateway(): Promise<INestApplicationContext> {
  const app = await startService(nats, { name: 'gateway', publishes: false, consumes: [], providers: [] });
  apps.push(app);
  return app;
}

describe('requests', () => {
  it('are answered by the service, which knows who asks; early ones wait for it', async () => {
    const gateway = await startGateway();
    const early = gateway.get(Requests).ask(Double, { n: 21 });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await startAuth();
    expect(await early).toEqual({ twice: 42, by: 'gateway' });
    const asks = Array.from({ length: 200 }, (_, n) => gateway.get(Requests).ask(Double, { n }));
    expect((await Promise.all(asks)).map(({ twice }) => twice)).toEqual(Array.from({ length: 200 }, (_, n) => n * 2));
  });

  it('give errors with the reason of the answering side, and no text of bugs', async () => {
    await startAuth();
    const requests = (await startGateway()).get(Requests);
    await expect(requests.ask(Fail, { how: 'api' })).rejects.toMatchObject({
      reason: 'Conflict',
      code: 409,
      message: 'already there',
      details: { name: 'x', kind: 'numbers' },
    });
    await expect(requests.ask(Fail, { how: 'domain' })).rejects.toMatchObject({ reason: 'NotFound', code: 404 });
    await expect(requests.ask(Double, { n: 'x' } as never)).rejects.toMatchObject({ reason: 'BadRequest' });
    const bug = requests.ask(Fail, { how: 'bug' });
    await expect(bug).rejects.toMatchObject({ reason: 'InternalError' });
    await expect(bug).rejects.not.toThrow('hush');
    await expect(requests.ask(Fail, { how: 'large' })).rejects.toMatchObject({ reason: 'InternalError' });
    await expect(requests.ask(Fail, { how: 'x'.repeat(300_000) })).rejects.toMatchObject({
      reason: 'RequestEntityTooLarge',
    });
    await expect(requests.ask(Fail, { how: 'slow' }, { timeoutMs: 100 })).rejects.toMatchObject({
      reason: 'ServiceUnavailable',
    });
    await expect(requests.ask(Unanswered, {}, { timeoutMs: 150 })).rejects.toMatchObject({
      reason: 'ServiceUnavailable',
    });
    await expect(requests.ask(ReadHead.of('auth'), {})).resolves.toEqual({ head: '0', floor: '0' });
  });
});

describe('subscriptions', () => {
  it('tell a cache every change, and when they cannot', async () => {
    const auth = await startAuth();
    const gateway = await startGateway();
    const heard: number[] = [];
    let resets = 0;
    const subscription = gateway.get(Subscriptions).subscribe('auth', {
      onEvent: (event: ConsumedEvent) => heard.push(event.data.n as number),
      onReset: () => (resets += 1),
    });
    await expectSoon(() => expect(subscription.isFresh()).toBe(true));
    expect(resets).toBe(1);
    const publish = (n: number) =>
      auth.get(ChangeLog).transaction(async (tx) => {
        tx.publish({ definition: Changed, subject: '', namespace: '', stream: '', data: { n } });
      });
    for (let n = 0; n < 20; n += 1) await publish(n);
    await subscription.confirm();
    expect(heard).toEqual(Array.from({ length: 20 }, (_, n) => n));
    await nats.kill();
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(subscription.isFresh()).toBe(false);
    await publish(20);
    await nats.restart({ wiped: true });
    await expectSoon(() => expect(subscription.isFresh()).toBe(true));
    await expectSoon(() => expect(heard.at(-1)).toBe(20));
    expect(heard).toHaveLength(21);
    expect(resets).toBe(1);
  }, 20_000);
});

describe('users of nats-server', () => {
  it('may do what their service does, and nothing else', async () => {
    await startAuth();
    const gateway = await NatsLink.open({ name: 'gateway', natsUrl: nats.url, ...credentials('gateway') });
    const refused = async (subject: string) => {
      await expect(gateway.connection.request(subject, '{}', { timeout: 500 })).rejects.toThrow();
    };
    await refused('faktorz.rpc.auth.number.double.importer');
    await refused('faktorz.rpc.auth.secret.read.gateway');
    await refused('faktorz.events.auth.changed._._');
    await refused(`$JS.API.STREAM.DELETE.${EVENT_STREAM}`);
    await refused(`$JS.API.STREAM.PURGE.${EVENT_STREAM}`);
    const other = gateway.connection.subscribe('_INBOX_auth.>', { callback: () => undefined });
    await expect(other.closed).resolves.toBeInstanceOf(Error);
    await gateway.close();
    await expect(
      NatsLink.open({ name: 'gateway', natsUrl: nats.url, user: 'gateway', password: 'wrong' }),
    ).rejects.toThrow(/Authorization/i);
  }, 20_000);
});
