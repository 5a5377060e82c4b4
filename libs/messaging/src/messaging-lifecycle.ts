import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import type { ChangeLog } from '@faktorz/persistence';
import type { DataSource } from 'typeorm';
import { Consumers } from './consume/consumers.js';
import { findHandlers } from './consume/find-handlers.js';
import { HandlerRegistry } from './consume/handler-registry.js';
import { discoverMethods } from './discover-methods.js';
import { EventStream } from './nats/event-stream.js';
import { NatsLink, type NatsOptions } from './nats/nats-link.js';
import { Relay } from './relay/relay.js';
import { answeredBy } from './request/answers.decorator.js';
import { answerFromLog } from './request/owner-log-answers.js';
import { RequestServer } from './request/request-server.js';
import { Requests } from './request/requests.js';
import { Subscriptions } from './subscribe/subscriptions.js';

/** What a service does on NATS. */
export interface MessagingOptions extends NatsOptions {
  /** Does it own a change log with events? Needs `PersistenceModule`. */
  publishes: boolean;
  /** Owners whose events it consumes. Needs `PersistenceModule`. */
  consumes: readonly string[];
  /** Copies of the stream, where NATS is a cluster. Default 1. */
  streamReplicas?: number;
}

export const OPTIONS = Symbol('messaging options');

/** The change log, where the service has one. */
export class LogSource {
  constructor(readonly log: ChangeLog | undefined) {}
}

/** The handlers, known once the application is up. */
export class HandlerSource {
  private found = new HandlerRegistry([], []);

  use(handlers: HandlerRegistry): HandlerRegistry {
    this.found = handlers;
    return handlers;
  }

  get current(): HandlerRegistry {
    return this.found;
  }
}

/** Where the service stands with each owner it listens to, for health and metrics. */
export class ConsumerStates {
  private consumers: Consumers | undefined;

  use(consumers: Consumers): Consumers {
    this.consumers = consumers;
    return consumers;
  }

  /** Empty until the application is up. */
  list(): ReturnType<Consumers['states']> {
    return this.consumers?.states() ?? [];
  }
}

/** Finds the decorated methods, starts everything once the application is up, and stops it in order. */
@Injectable()
export class MessagingLifecycle
  implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown
{
  private relay: Relay | undefined;
  private consumers: Consumers | undefined;

  constructor(
    @Inject(OPTIONS) private readonly options: MessagingOptions,
    @Inject(NatsLink) private readonly link: NatsLink,
    @Inject(EventStream) private readonly stream: EventStream,
    @Inject(RequestServer) private readonly server: RequestServer,
    @Inject(Requests) private readonly requests: Requests,
    @Inject(Subscriptions) private readonly subscriptions: Subscriptions,
    @Inject(ConsumerStates) private readonly states: ConsumerStates,
    @Inject(HandlerSource) private readonly handlers: HandlerSource,
    @Inject(LogSource) private readonly source: LogSource,
    @Inject(DiscoveryService) private readonly discovery: DiscoveryService,
    @Inject(MetadataScanner) private readonly scanner: MetadataScanner,
  ) {}

  onModuleInit(): void {
    const { publishes, consumes, name } = this.options;
    const { log } = this.source;
    if (!log && (publishes || consumes.length > 0)) {
      throw new Error(`${name} publishes or consumes events: it needs PersistenceModule`);
    }
    this.stream.watch();
  }

  async onApplicationBootstrap(): Promise<void> {
    const { name, publishes, consumes } = this.options;
    const { log } = this.source;
    const methods = discoverMethods(this.discovery, this.scanner);
    for (const { method, call } of methods) {
      const request = answeredBy(method);
      if (request) this.server.answer(request, (ask, context) => call(ask, context));
    }
    if (publishes && log) {
      answerFromLog(this.server, log);
      this.relay = new Relay(log, this.link, this.stream, databaseUrlOf(log.database.dataSource));
      this.relay.start();
    }
    await this.server.begin();
    const handlers = this.handlers.use(findHandlers(methods, consumes));
    const parts = log && { log, link: this.link, stream: this.stream, requests: this.requests, handlers };
    this.consumers = this.states.use(new Consumers(name, consumes, parts));
    this.consumers.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([this.consumers?.close(), this.relay?.close(), this.subscriptions.close()]);
    this.stream.close();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.link.close();
  }
}

function databaseUrlOf(dataSource: DataSource): string {
  const { options } = dataSource;
  if (options.type !== 'postgres' || !options.url) throw new Error('the data source has no PostgreSQL URL');
  return options.url;
}
