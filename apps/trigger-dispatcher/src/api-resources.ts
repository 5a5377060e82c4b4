import { Injectable } from '@nestjs/common';
import type { KubeObject, ResourceDefinition } from '@faktorz/apimachinery';
import { ADMISSION_ENDPOINTS, type AdmissionEndpoint, AdmissionEndpoints } from './admission/admission-endpoints.js';
import { ADMISSION_ENDPOINT_SCHEMA, admissionSchemas } from './admission/admission.schema.js';
import { clusterColumns, ClusterHandlers } from './cluster/cluster.resource.js';
import { CLUSTER_SCHEMA, clusterSchemas } from './cluster/cluster.schema.js';
import { type Cluster, CLUSTERS, TRIGGERS_GROUP, TRIGGERS_VERSION } from './cluster/cluster.js';
import { deliveryColumns, deliveryFields, DeliveryHandlers, WEBHOOK_DELIVERIES } from './delivery/delivery.resource.js';
import type { WebhookDelivery } from './delivery/delivery.js';
import { ReplayHandlers } from './delivery/replay.resource.js';
import { RecordReplayHandlers } from './ledger/record-replay.resource.js';
import {
  TRIGGER_RECORDS,
  triggerRecordColumns,
  triggerRecordFields,
  TriggerRecordHandlers,
} from './ledger/trigger-record.resource.js';
import { TRIGGER_RECORD_SCHEMA, TRIGGER_REPLAY_SCHEMA, triggerRecordSchemas } from './ledger/trigger-record.schema.js';
import type { TriggerRecord } from './ledger/trigger-record.js';
import { webhookColumns, WebhookHandlers } from './webhook/webhook.resource.js';
import { eventsSchemas, REPLAY_SCHEMA, WEBHOOK_DELIVERY_SCHEMA, WEBHOOK_SCHEMA } from './webhook/webhook.schema.js';
import { EVENTS_GROUP, EVENTS_VERSION, type Webhook, WEBHOOKS } from './webhook/webhook.js';

const GROUP_VERSION = { group: EVENTS_GROUP, version: EVENTS_VERSION, namespaced: true, schemas: eventsSchemas };
const REPLAY = { name: 'replay', kind: 'WebhookReplay', schema: REPLAY_SCHEMA };

/** The API this service serves: `events.faktorz.io/v1` and `triggers.faktorz.io/v1`. */
@Injectable()
export class ApiResources {
  constructor(
    private readonly webhooks: WebhookHandlers,
    private readonly deliveries: DeliveryHandlers,
    private readonly replays: ReplayHandlers,
    private readonly clusters: ClusterHandlers,
    private readonly endpoints: AdmissionEndpoints,
    private readonly records: TriggerRecordHandlers,
    private readonly recordReplays: RecordReplayHandlers,
  ) {}

  definitions(): ResourceDefinition[] {
    return [
      anyKind<Webhook>({
        ...GROUP_VERSION,
        kind: 'Webhook',
        plural: WEBHOOKS,
        singular: 'webhook',
        shortNames: ['wh'],
        stored: true,
        schema: WEBHOOK_SCHEMA,
        columns: webhookColumns,
        handlers: this.webhooks.handlers(),
        subresources: [{ ...REPLAY, handlers: this.replays.ofWebhook() }],
      }),
      anyKind<WebhookDelivery>({
        ...GROUP_VERSION,
        kind: 'WebhookDelivery',
        plural: WEBHOOK_DELIVERIES,
        singular: 'webhookdelivery',
        shortNames: ['whd'],
        stored: false,
        schema: WEBHOOK_DELIVERY_SCHEMA,
        columns: deliveryColumns,
        fields: deliveryFields,
        handlers: this.deliveries,
        subresources: [{ ...REPLAY, handlers: this.replays.ofDelivery() }],
      }),
      anyKind<Cluster>({
        group: TRIGGERS_GROUP,
        version: TRIGGERS_VERSION,
        kind: 'Cluster',
        plural: CLUSTERS,
        singular: 'cluster',
        namespaced: false,
        stored: true,
        schema: CLUSTER_SCHEMA,
        schemas: clusterSchemas,
        columns: clusterColumns,
        handlers: this.clusters.handlers(),
      }),
      anyKind<AdmissionEndpoint>({
        group: TRIGGERS_GROUP,
        version: TRIGGERS_VERSION,
        kind: 'AdmissionEndpoint',
        plural: ADMISSION_ENDPOINTS,
        singular: 'admissionendpoint',
        namespaced: false,
        stored: false,
        schema: ADMISSION_ENDPOINT_SCHEMA,
        schemas: admissionSchemas,
        handlers: this.endpoints.handlers(),
      }),
      anyKind<TriggerRecord>({
        group: TRIGGERS_GROUP,
        version: TRIGGERS_VERSION,
        kind: 'TriggerRecord',
        plural: TRIGGER_RECORDS,
        singular: 'triggerrecord',
        shortNames: ['trr'],
        namespaced: true,
        stored: false,
        schema: TRIGGER_RECORD_SCHEMA,
        schemas: triggerRecordSchemas,
        columns: triggerRecordColumns,
        fields: triggerRecordFields,
        handlers: this.records,
        subresources: [
          { name: 'replay', kind: 'TriggerReplay', schema: TRIGGER_REPLAY_SCHEMA, handlers: this.recordReplays },
        ],
      }),
    ];
  }
}

/** Handlers of one kind are only ever given objects of that kind: the engine has read them by its schema. */
function anyKind<T extends KubeObject>(definition: ResourceDefinition<T>): ResourceDefinition {
  return definition as unknown as ResourceDefinition;
}
