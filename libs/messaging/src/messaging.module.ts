import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { ChangeLog } from '@faktorz/persistence';
import { DeadLetters } from './consume/dead-letters.js';
import {
  ConsumerStates,
  HandlerSource,
  LogSource,
  MessagingLifecycle,
  type MessagingOptions,
  OPTIONS,
} from './messaging-lifecycle.js';
import { EventStream } from './nats/event-stream.js';
import { NatsLink } from './nats/nats-link.js';
import { RequestClient } from './request/request-client.js';
import { RequestServer } from './request/request-server.js';
import { Requests } from './request/requests.js';
import { Subscriptions } from './subscribe/subscriptions.js';

function providersOf(options: MessagingOptions): Provider[] {
  return [
    { provide: OPTIONS, useValue: options },
    { provide: NatsLink, useFactory: () => NatsLink.open(options) },
    {
      provide: EventStream,
      useFactory: (link: NatsLink) => new EventStream(link, options.streamReplicas ?? 1),
      inject: [NatsLink],
    },
    { provide: RequestClient, useFactory: (link: NatsLink) => new RequestClient(link), inject: [NatsLink] },
    {
      provide: RequestServer,
      useFactory: (link: NatsLink) => new RequestServer(options.name, link),
      inject: [NatsLink],
    },
    {
      provide: Requests,
      useFactory: (client: RequestClient) => new Requests(options.name, client),
      inject: [RequestClient],
    },
    {
      provide: Subscriptions,
      useFactory: (link: NatsLink, stream: EventStream, requests: Requests) =>
        new Subscriptions({ service: options.name, link, stream, requests }),
      inject: [NatsLink, EventStream, Requests],
    },
    HandlerSource,
    ConsumerStates,
    {
      provide: LogSource,
      useFactory: (log?: ChangeLog) => new LogSource(log),
      inject: [{ token: ChangeLog, optional: true }],
    },
    {
      provide: DeadLetters,
      useFactory: (handlers: HandlerSource, { log }: LogSource) =>
        log && new DeadLetters(log, options.name, () => handlers.current),
      inject: [HandlerSource, LogSource],
    },
    MessagingLifecycle,
  ];
}

/**
 * A service's part in events and requests. `MessagingModule.forService({ name, natsUrl, user, password, publishes,
 * consumes })` makes `Requests`, `Subscriptions`, `DeadLetters` and `ConsumerStates` injectable everywhere, and brings
 * `@Consumes`, `@RebuildsFrom` and `@Answers` methods of all providers to life once the application is up.
 */
@Module({})
export class MessagingModule {
  static forService(options: MessagingOptions): DynamicModule {
    return {
      module: MessagingModule,
      global: true,
      imports: [DiscoveryModule],
      providers: providersOf(options),
      exports: [NatsLink, Requests, Subscriptions, DeadLetters, ConsumerStates],
    };
  }
}
