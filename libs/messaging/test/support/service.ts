import { type INestApplicationContext, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { PersistenceModule } from '@faktorz/persistence';
import { eventually, type TestNats } from '@faktorz/testing';
import { MessagingModule, type MessagingOptions } from '../../src/index.js';
import { credentials } from './nats.js';

/** Starts a service of these providers, as its `main.ts` would. */
export async function startService(
  nats: TestNats,
  options: Pick<MessagingOptions, 'name' | 'publishes' | 'consumes'> & { databaseUrl?: string; providers: Type[] },
): Promise<INestApplicationContext> {
  const { name, publishes, consumes, databaseUrl, providers } = options;
  @Module({
    imports: [
      ...(databaseUrl ? [PersistenceModule.forService({ name, url: databaseUrl, migrations: [] })] : []),
      MessagingModule.forService({ name, natsUrl: nats.url, ...credentials(name), publishes, consumes }),
    ],
    providers,
  })
  class ServiceModule {}
  return NestFactory.createApplicationContext(ServiceModule, { logger: ['error', 'warn'], abortOnError: false });
}

/** Repeats a check until it passes. */
export async function expectSoon(check: () => void | Promise<void>, withinMs?: number): Promise<void> {
  const passes = async () => {
    await check();
    return true;
  };
  await eventually('a check that passes', passes, withinMs);
}
