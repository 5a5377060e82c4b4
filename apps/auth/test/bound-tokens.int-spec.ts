import { ReadPod, ReviewToken, type AnswerOf, type AskOf } from '@faktorz/domain';
import { Answers, MessagingModule } from '@faktorz/messaging';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Injectable, Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { eventually } from '@faktorz/testing';
import { randomUUID } from 'node:crypto';
import { ServiceAccountTokens } from '../src/service-account/service-account-tokens.js';
import { startAuthBench, type AuthBench, type Body } from './auth-bench.js';

/** What auth asks of workloads, answered as a test says. */
@Injectable()
class PodDesk {
  readonly pods = new Map<string, AnswerOf<typeof ReadPod>>();

  @Answers(ReadPod)
  read({ namespace, name }: AskOf<typeof ReadPod>): AnswerOf<typeof ReadPod> {
    return this.pods.get(`${namespace}/${name}`) ?? {};
  }
}

const ACCOUNTS = '/api/v1/namespaces/blue/serviceaccounts';
const DEFAULT = 'system:serviceaccount:blue:default';
let bench: AuthBench;
let workloads: INestApplicationContext;
let pods: PodDesk['pods'];
beforeAll(async (): Promise<void> => {
  bench = await startAuthBench();
  await bench.admin('POST', '/api/v1/namespaces', { kind: 'Namespace', apiVersion: 'v1', metadata: { name: 'blue' } });
  @Module({
    imports: [
      MessagingModule.forService({ name: 'workloads', natsUrl: bench.natsUrl, publishes: false, consumes: [] }),
    ],
    providers: [PodDesk],
  })
  class WorkloadsModule {}
  workloads = await NestFactory.createApplicationContext(WorkloadsModule, { logger: false });
  pods = workloads.get(PodDesk).pods;
}, 60_000);
afterAll(async () => {
  await workloads.close();
  await bench[Symbol.asyncDispose]();
});

const request = (boundObjectRef: object) =>
  bench.admin('POST', `${ACCOUNTS}/default/token`, {
    kind: 'TokenRequest',
    apiVersion: 'authentication.k8s.io/v1',
    spec: { boundObjectRef },
  });
const review = (token: string) => bench.requests.ask(ReviewToken, { token });
const whose = async (token: string): Promise<string | undefined> => (await review(token)).identity?.user;

/** How objects a token may be bound to come and go. */
const things = {
  Secret: {
    make: async (name: string) => {
      await bench.admin('POST', '/api/v1/namespaces/blue/secrets', {
        kind: 'Secret',
        apiVersion: 'v1',
        metadata: { name },
      });
    },
    remove: async (name: string) => {
      await bench.admin('DELETE', `/api/v1/namespaces/blue/secrets/${name}`);
    },
  },
  Pod: {
    make: async (name: string) => {
      pods.set(`blue/${name}`, { uid: randomUUID(), serviceAccountName: 'default' });
    },
    remove: async (name: string) => {
      pods.delete(`blue/${name}`);
    },
  },
};

describe.each(Object.entries(things))('a token bound to a %s', (kind, { make, remove }) => {
  it('ends with it, and is not good for the next of that name', async () => {
    await make('bound');
    const { status, body } = await request({ kind, apiVersion: 'v1', name: 'bound' });
    expect([status, body.spec.boundObjectRef]).toEqual([201, { kind, apiVersion: 'v1', name: 'bound' }]);
    const token = (body as Body).status.token as string;
    expect(await whose(token)).toBe(DEFAULT);
    await remove('bound');
    expect(await whose(token)).toBeUndefined();
    await make('bound');
    expect(await whose(token)).toBeUndefined();
  });

  it('needs the object, and the very one that is named', async () => {
    expect((await request({ kind, apiVersion: 'v1', name: 'nope' })).status).toBe(404);
    await make('named');
    expect((await request({ kind, apiVersion: 'v1', name: 'named', uid: randomUUID() })).status).toBe(409);
  });
});

describe('a token bound to a pod', () => {
  it('is refused for a pod of another account', async () => {
    pods.set('blue/other', { uid: randomUUID(), serviceAccountName: 'builder' });
    expect((await request({ kind: 'Pod', apiVersion: 'v1', name: 'other' })).status).toBe(400);
  });

  it('says which pod it is', async () => {
    await things.Pod.make('web');
    const { body } = await request({ kind: 'Pod', apiVersion: 'v1', name: 'web' });
    expect((await review((body as Body).status.token as string)).identity?.extra).toMatchObject({
      'authentication.kubernetes.io/pod-name': ['web'],
      'authentication.kubernetes.io/pod-uid': [pods.get('blue/web')!.uid],
    });
  });
});

it('no token is bound to an object of another kind', async () => {
  const { status, body } = await request({ kind: 'ConfigMap', apiVersion: 'v1', name: 'x' });
  expect([status, body.details.causes[0].field]).toEqual([422, 'spec.boundObjectRef.kind']);
});

it('a token ends with its time, give or take what clocks differ', async () => {
  const tokens = bench.part(ServiceAccountTokens);
  const { body: account } = await bench.admin('GET', `${ACCOUNTS}/default`);
  const of = async (lifeSeconds: number) =>
    whose((await tokens.issue(account, [tokens.defaultAudience], lifeSeconds)).token);
  expect(await of(60)).toBe(DEFAULT);
  expect(await of(-60)).toBeUndefined();
  expect(await of(-6)).toBeUndefined();
});

describe('a Secret made for a token of a service account', () => {
  const SECRETS = '/api/v1/namespaces/blue/secrets';
  const make = (name: string, account: string) =>
    bench.admin('POST', SECRETS, {
      kind: 'Secret',
      apiVersion: 'v1',
      metadata: { name, annotations: { 'kubernetes.io/service-account.name': account } },
      type: 'kubernetes.io/service-account-token',
    });
  const makeAccount = (name: string) =>
    bench.admin('POST', ACCOUNTS, { kind: 'ServiceAccount', apiVersion: 'v1', metadata: { name } });
  const value = async (name: string, key: string): Promise<string> =>
    Buffer.from((await bench.admin('GET', `${SECRETS}/${name}`)).body.data?.[key] ?? '', 'base64').toString();
  const filled = (name: string) => eventually(`${name} is filled`, async () => (await value(name, 'token')) !== '');

  it('is filled, and its token ends with it', async () => {
    expect((await make('robot-token', 'default')).status).toBe(201);
    await filled('robot-token');
    expect(await value('robot-token', 'namespace')).toBe('blue');
    const token = await value('robot-token', 'token');
    expect(await whose(token)).toBe(DEFAULT);
    await bench.admin('DELETE', `${SECRETS}/robot-token`);
    expect(await whose(token)).toBeUndefined();
    const told = `SELECT 1 FROM change_log WHERE name = 'robot-token' AND change = 'DELETED' AND event IS NOT NULL`;
    expect(await bench.query(told)).toHaveLength(1);
  });

  it('is filled anew when its token was taken out', async () => {
    await make('emptied', 'default');
    await filled('emptied');
    const emptied = { data: { token: null } };
    await bench.admin('PATCH', `${SECRETS}/emptied`, emptied, 'application/merge-patch+json');
    await filled('emptied');
    expect(await whose(await value('emptied', 'token'))).toBe(DEFAULT);
  });

  it('waits for an account that comes later, and goes with it', async () => {
    await make('early', 'late');
    expect(await value('early', 'token')).toBe('');
    await makeAccount('late');
    await filled('early');
    await bench.admin('DELETE', `${ACCOUNTS}/late`);
    await eventually('early is gone', async () => (await bench.admin('GET', `${SECRETS}/early`)).status === 404);
  });
});
