import { type DynamicModule, Module } from '@nestjs/common';
import { MessagingModule, Requests } from '@faktorz/messaging';
import { NAMESPACE_CONTENTS, namespaceProviders } from '@faktorz/namespaces';
import { ChangeFeed, ChangeLog, DocumentStorage, PersistenceModule } from '@faktorz/persistence';
import { OutboundPolicy } from '@faktorz/registry-client';
import { API_RESOURCES, KEY_EXCHANGE, keyExchangeOver } from '@faktorz/service-kit';
import { ApiResources } from './api-resources.js';
import { DeliveryAttempt } from './delivery/delivery-attempt.js';
import { DeliveryResults } from './delivery/delivery-results.js';
import { DeliveryReader } from './delivery/delivery.reader.js';
import { DeliveryHandlers } from './delivery/delivery.resource.js';
import { DeliveryStore } from './delivery/delivery.store.js';
import { DeliveryWorker } from './delivery/delivery.worker.js';
import { RecordDeliveriesHandler } from './delivery/record-deliveries.handler.js';
import { ReplayHandlers } from './delivery/replay.resource.js';
import { Replays } from './delivery/replays.js';
import { SigningKeys } from './delivery/signing-keys.js';
import { WebhookClient } from './delivery/webhook-client.js';
import { Webhooks1000000000001 } from './migrations/1-webhooks.migration.js';
import { Triggers1000000000002 } from './migrations/2-triggers.migration.js';
import { WebhooksOfNamespace } from './namespace/webhooks-of-namespace.js';
import type { TriggerDispatcherConfig } from './trigger-dispatcher.config.js';
import { RecordTriggersHandler } from './trigger/record-triggers.handler.js';
import { TagImages } from './trigger/tag-images.js';
import { TargetWatcher } from './trigger/target-watcher.js';
import { TriggerReports } from './trigger/trigger-reports.js';
import { TriggerRun } from './trigger/trigger-run.js';
import { TriggerTargetStore } from './trigger/trigger-target.store.js';
import { TriggerWorker } from './trigger/trigger.worker.js';
import { WorkloadsClient } from './trigger/workloads-client.js';
import { ANSWER_TIMEOUT_MS, AUTH_URLS, PAUSED, WEBHOOK_STORAGE, WORKLOADS_URLS } from './trigger-dispatcher.tokens.js';
import { WebhookSubscriptions } from './webhook/webhook-subscriptions.js';
import { WebhookHandlers } from './webhook/webhook.resource.js';
import { WebhookStrategy } from './webhook/webhook.strategy.js';
import { EVENTS_API_VERSION, EVENTS_GROUP, type Webhook, WEBHOOKS } from './webhook/webhook.js';

/** Tells webhooks what happens to image streams. */
@Module({})
export class TriggerDispatcherModule {
  static with(config: TriggerDispatcherConfig): DynamicModule {
    return {
      module: TriggerDispatcherModule,
      imports: [
        PersistenceModule.forService({
          name: 'trigger-dispatcher',
          url: config.FAKTORZ_DATABASE_URL,
          migrations: [Webhooks1000000000001, Triggers1000000000002],
        }),
        MessagingModule.forService({
          name: 'trigger-dispatcher',
          natsUrl: config.FAKTORZ_NATS_URL,
          user: config.FAKTORZ_NATS_USER,
          password: config.FAKTORZ_NATS_PASSWORD,
          publishes: true,
          consumes: ['auth', 'tag-tracker', 'importer', 'trigger-dispatcher'],
        }),
      ],
      providers: [
        { provide: KEY_EXCHANGE, useFactory: keyExchangeOver, inject: [Requests] },
        { provide: PAUSED, useValue: config.FAKTORZ_TRIGGER_DISPATCHER_PAUSED },
        { provide: ANSWER_TIMEOUT_MS, useValue: config.FAKTORZ_TRIGGER_DISPATCHER_WEBHOOK_TIMEOUT_MS },
        { provide: WORKLOADS_URLS, useValue: config.FAKTORZ_WORKLOADS_URL },
        { provide: AUTH_URLS, useValue: config.FAKTORZ_AUTH_URL },
        { provide: OutboundPolicy, useValue: config.FAKTORZ_OUTBOUND_ALLOWED },
        {
          provide: WEBHOOK_STORAGE,
          useFactory: (log: ChangeLog, feed: ChangeFeed, subscriptions: WebhookSubscriptions) =>
            new DocumentStorage<Webhook>(log, feed, {
              resource: `${WEBHOOKS}.${EVENTS_GROUP}`,
              apiVersion: EVENTS_API_VERSION,
              kind: 'Webhook',
              alongside: (tx, change) => subscriptions.keepUp(tx, change),
            }),
          inject: [ChangeLog, ChangeFeed, WebhookSubscriptions],
        },
        WebhookStrategy,
        WebhookSubscriptions,
        WebhookHandlers,
        WebhookClient,
        SigningKeys,
        RecordDeliveriesHandler,
        DeliveryStore,
        DeliveryReader,
        DeliveryHandlers,
        DeliveryAttempt,
        DeliveryResults,
        DeliveryWorker,
        Replays,
        ReplayHandlers,
        TriggerTargetStore,
        RecordTriggersHandler,
        WorkloadsClient,
        TargetWatcher,
        TagImages,
        TriggerReports,
        TriggerRun,
        TriggerWorker,
        WebhooksOfNamespace,
        { provide: NAMESPACE_CONTENTS, useExisting: WebhooksOfNamespace },
        ...namespaceProviders,
        ApiResources,
        {
          provide: API_RESOURCES,
          useFactory: (resources: ApiResources) => resources.definitions(),
          inject: [ApiResources],
        },
      ],
    };
  }
}
