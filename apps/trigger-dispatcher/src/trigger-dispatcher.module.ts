import { type DynamicModule, Module } from '@nestjs/common';
import { MessagingModule, Requests } from '@faktorz/messaging';
import { NAMESPACE_CONTENTS, namespaceProviders } from '@faktorz/namespaces';
import { ChangeFeed, ChangeLog, DocumentStorage, PersistenceModule } from '@faktorz/persistence';
import { OutboundPolicy } from '@faktorz/registry-client';
import { API_RESOURCES, KEY_EXCHANGE, keyExchangeOver } from '@faktorz/service-kit';
import { AdmissionEndpoints } from './admission/admission-endpoints.js';
import { AdmissionKeys } from './admission/admission-keys.js';
import { AdmissionController } from './admission/admission.controller.js';
import { ApiResources } from './api-resources.js';
import { ClusterStatusWriter } from './cluster/cluster-status.writer.js';
import { ClusterUpkeep } from './cluster/cluster-upkeep.js';
import { ClusterWatchStore } from './cluster/cluster-watch.store.js';
import { ClusterWatcher } from './cluster/cluster-watcher.js';
import { ClusterHandlers } from './cluster/cluster.resource.js';
import { ClusterStrategy } from './cluster/cluster.strategy.js';
import { type Cluster, CLUSTERS, TRIGGERS_API_VERSION, TRIGGERS_GROUP } from './cluster/cluster.js';
import { Clusters } from './cluster/clusters.js';
import { OwnStore } from './cluster/own-store.js';
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
import { LedgerTrimmer } from './ledger/ledger-trimmer.js';
import { RecordReplayHandlers } from './ledger/record-replay.resource.js';
import { RecordReplays } from './ledger/record-replays.js';
import { TriggerRecordReader } from './ledger/trigger-record.reader.js';
import { TriggerRecordHandlers } from './ledger/trigger-record.resource.js';
import { Webhooks1000000000001 } from './migrations/1-webhooks.migration.js';
import { Triggers1000000000002 } from './migrations/2-triggers.migration.js';
import { Clusters1000000000004 } from './migrations/4-clusters.migration.js';
import { Ledger1000000000005 } from './migrations/5-ledger.migration.js';
import { ContentsOfNamespace } from './namespace/contents-of-namespace.js';
import type { TriggerDispatcherConfig } from './trigger-dispatcher.config.js';
import { ClusterCircuits } from './trigger/cluster-circuits.js';
import { RecordTriggersHandler } from './trigger/record-triggers.handler.js';
import { TagImages } from './trigger/tag-images.js';
import { TriggerLaneStore } from './trigger/trigger-lane.store.js';
import { TriggerReports } from './trigger/trigger-reports.js';
import { TriggerResults } from './trigger/trigger-results.js';
import { TriggerRun } from './trigger/trigger-run.js';
import { TriggerTargetStore } from './trigger/trigger-target.store.js';
import { TriggerWorker } from './trigger/trigger.worker.js';
import {
  ANSWER_TIMEOUT_MS,
  AUTH_URLS,
  CLUSTER_STORAGE,
  LEDGER_DAYS,
  PAUSED,
  REGISTRY_HOSTS,
  WEBHOOK_STORAGE,
  WORKLOADS_URLS,
} from './trigger-dispatcher.tokens.js';
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
          migrations: [Webhooks1000000000001, Triggers1000000000002, Clusters1000000000004, Ledger1000000000005],
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
      controllers: [AdmissionController],
      providers: [
        { provide: KEY_EXCHANGE, useFactory: keyExchangeOver, inject: [Requests] },
        { provide: LEDGER_DAYS, useValue: config.FAKTORZ_TRIGGER_DISPATCHER_LEDGER_DAYS },
        { provide: PAUSED, useValue: config.FAKTORZ_TRIGGER_DISPATCHER_PAUSED },
        { provide: ANSWER_TIMEOUT_MS, useValue: config.FAKTORZ_TRIGGER_DISPATCHER_WEBHOOK_TIMEOUT_MS },
        { provide: WORKLOADS_URLS, useValue: config.FAKTORZ_WORKLOADS_URL },
        { provide: AUTH_URLS, useValue: config.FAKTORZ_AUTH_URL },
        {
          provide: REGISTRY_HOSTS,
          useValue: { internal: config.FAKTORZ_REGISTRY_INTERNAL_HOST, public: config.FAKTORZ_REGISTRY_PUBLIC_HOST },
        },
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
        OwnStore,
        Clusters,
        ClusterWatchStore,
        ClusterWatcher,
        ClusterStatusWriter,
        ClusterStrategy,
        ClusterHandlers,
        ClusterUpkeep,
        AdmissionKeys,
        AdmissionEndpoints,
        {
          provide: CLUSTER_STORAGE,
          useFactory: (log: ChangeLog, feed: ChangeFeed, upkeep: ClusterUpkeep) =>
            new DocumentStorage<Cluster>(log, feed, {
              resource: `${CLUSTERS}.${TRIGGERS_GROUP}`,
              apiVersion: TRIGGERS_API_VERSION,
              kind: 'Cluster',
              alongside: (tx, change) => upkeep.keepUp(tx, change),
            }),
          inject: [ChangeLog, ChangeFeed, ClusterUpkeep],
        },
        TagImages,
        TriggerReports,
        TriggerLaneStore,
        TriggerResults,
        ClusterCircuits,
        LedgerTrimmer,
        TriggerRecordReader,
        TriggerRecordHandlers,
        RecordReplays,
        RecordReplayHandlers,
        TriggerRun,
        TriggerWorker,
        ContentsOfNamespace,
        { provide: NAMESPACE_CONTENTS, useExisting: ContentsOfNamespace },
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
