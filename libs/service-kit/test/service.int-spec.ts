import { ApiError } from '@faktorz/apimachinery';
import type { Identity, IdentityKey } from '@faktorz/domain';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, type DynamicModule, Get, Module, Post, UseGuards } from '@nestjs/common';
import {
  CallerIdentity,
  createService,
  HealthChecks,
  IDENTITY_HEADER,
  IdentityGuard,
  KEY_EXCHANGE,
  type KeyExchange,
  readConfig,
  type RunningService,
  serviceEnv,
  ServiceHttp,
  ServiceIdentity,
} from '../src/index.js';

const config = readConfig(serviceEnv.omit({ FAKTORZ_DATABASE_URL: true }), { FAKTORZ_LOG_LEVEL: 'fatal' });

@Controller('/internal')
class WhoController {
  @Get('/who')
  @UseGuards(IdentityGuard)
  who(@CallerIdentity() identity: Identity): Identity {
    return identity;
  }

  @Get('/slow')
  async slow(): Promise<{ answered: boolean }> {
    await new Promise((resolve) => setTimeout(resolve, 300));
    return { answered: true };
  }

  @Post('/refuse')
  refuse(): never {
    throw new ApiError('Conflict', 'not now', { name: 'x', kind: 'things' });
  }
}

@Module({})
class WhoModule {
  static with(exchange: KeyExchange): DynamicModule {
    return {
      module: WhoModule,
      controllers: [WhoController],
      providers: [{ provide: KEY_EXCHANGE, useValue: exchange }],
    };
  }
}

/** What auth does, without auth: keys of one test in one list. */
function keyList(doors: readonly string[] = []): KeyExchange & { keys: IdentityKey[] } {
  const keys: IdentityKey[] = [];
  return {
    keys,
    register: async (key) => {
      if (!keys.some(({ kid }) => kid === key.kid))
        keys.push({ ...key, speaksForCallers: doors.includes(key.service) });
    },
    list: async () => keys,
  };
}

const running: RunningService[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((service) => service.stop()));
});

async function start(name: string, exchange: KeyExchange): Promise<RunningService> {
  const service = await createService({ name, config, module: WhoModule.with(exchange) });
  running.push(service);
  return service;
}

describe('a service', () => {
  it('answers livez, readyz and metrics', async () => {
    const service = await start('importer', keyList());
    expect((await fetch(`${service.url}/livez`)).status).toBe(200);
    await expect(readiness(service)).resolves.toContain('readyz check passed');
    expect(await (await fetch(`${service.url}/metrics`)).text()).toContain(
      'faktorz_http_request_duration_seconds_count{',
    );
  });

  it('is not ready while a check fails, and says which', async () => {
    const service = await start('importer', keyList());
    await readiness(service);
    service.app.get(HealthChecks).add('database', () => {
      throw new Error('no connection');
    });
    const answer = await fetch(`${service.url}/readyz`);
    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain('[-]database failed: no connection');
  });

  it('calls another service under its own name', async () => {
    const exchange = keyList();
    const caller = await start('importer', exchange);
    const called = await start('tag-tracker', exchange);
    const client = caller.app.get(ServiceHttp).service('tag-tracker', called.url);
    expect(await client.getJson('/internal/who')).toEqual({
      user: 'system:faktorz:importer',
      groups: ['system:masters'],
    });
  });

  it('goes to the next replica when one does not listen', async () => {
    const exchange = keyList();
    const caller = await start('importer', exchange);
    const called = await start('tag-tracker', exchange);
    const client = caller.app.get(ServiceHttp).service('tag-tracker', `http://127.0.0.1:1,${called.url}`);
    for (let call = 0; call < 3; call++)
      await expect(client.getJson('/internal/slow')).resolves.toEqual({ answered: true });
  });

  it('throws the Status of a refused call as ApiError', async () => {
    const exchange = keyList();
    const caller = await start('importer', exchange);
    const client = caller.app.get(ServiceHttp).service('importer', caller.url);
    await expect(client.postJson('/internal/refuse', {})).rejects.toMatchObject({
      reason: 'Conflict',
      message: 'not now',
      code: 409,
      details: { name: 'x' },
    });
    await expect(client.getJson('/internal/nothing')).rejects.toMatchObject({ reason: 'NotFound', code: 404 });
    await expect(client.getJson('/internal/slow', { timeoutMs: 20 })).rejects.toMatchObject({ reason: 'Timeout' });
  });

  it('refuses calls without an identity or with one meant for another service', async () => {
    const exchange = keyList();
    const service = await start('importer', exchange);
    const other = await service.app.get(ServiceIdentity).signOwn('tag-tracker');
    for (const headers of [{}, { [IDENTITY_HEADER]: 'x.y.z' }, { [IDENTITY_HEADER]: other }]) {
      const answer = await fetch(`${service.url}/internal/who`, { headers: headers as Record<string, string> });
      expect(answer.status).toBe(401);
      expect(await answer.json()).toMatchObject({ kind: 'Status', reason: 'Unauthorized', code: 401 });
    }
  });

  it('believes a public door about its callers, and nobody else', async () => {
    const exchange = keyList(['gateway']);
    const gateway = await start('gateway', exchange);
    const importer = await start('importer', exchange);
    const tracker = await start('tag-tracker', exchange);
    const alice: Identity = { user: 'alice', uid: 'u1', groups: ['devs'], scopes: ['user:full'], extra: { a: ['b'] } };
    const ask = async (signer: RunningService): Promise<Response> =>
      fetch(`${tracker.url}/internal/who`, {
        headers: { [IDENTITY_HEADER]: await signer.app.get(ServiceIdentity).sign(alice, 'tag-tracker') },
      });
    const believed = await ask(gateway);
    expect([believed.status, await believed.json()]).toEqual([200, alice]);
    expect((await ask(importer)).status).toBe(401);
  });

  it('lets the request in hand finish when it stops', async () => {
    const service = await start('importer', keyList());
    const slow = fetch(`${service.url}/internal/slow`);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await service.stop();
    expect(await (await slow).json()).toEqual({ answered: true });
  });
});

/** The text of the first `/readyz` that is 200. */
async function readiness(service: RunningService): Promise<string> {
  for (;;) {
    const answer = await fetch(`${service.url}/readyz`);
    const text = await answer.text();
    if (answer.status === 200) return text;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
