import { Injectable } from '@nestjs/common';
import type { KubeObject, ResourceDefinition } from '@faktorz/apimachinery';
import { deliveryColumns, deliveryFields, DeliveryHandlers, WEBHOOK_DELIVERIES } from './delivery/delivery.resource.js';
import type { WebhookDelivery } from './delivery/delivery.js';
import { ReplayHandlers } from './delivery/replay.resource.js';
import { webhookColumns, WebhookHandlers } from './webhook/webhook.resource.js';
import { eventsSchemas, REPLAY_SCHEMA, WEBHOOK_DELIVERY_SCHEMA, WEBHOOK_SCHEMA } from './webhook/webhook.schema.js';
import { EVENTS_GROUP, EVENTS_VERSION, type Webhook, WEBHOOKS } from './webhook/webhook.js';

const GROUP_VERSION = { group: EVENTS_GROUP, version: EVENTS_VERSION, namespaced: true, schemas: eventsSchemas };
const REPLAY = { name: 'replay', kind: 'WebhookReplay', schema: REPLAY_SCHEMA };

/** The API this service serves: `events.faktorz.io/v1`. */
@Injectable()
export class ApiResources {
  constructor(
    private readonly webhooks: WebhookHandlers,
    private readonly deliveries: DeliveryHandlers,
    private readonly replays: ReplayHandlers,
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
    ];
  }
}

/** Handlers of one kind are only ever given objects of that kind: the engine has read them by its schema. */
function anyKind<T extends KubeObject>(definition: ResourceDefinition<T>): ResourceDefinition {
  return definition as unknown as ResourceDefinition;
}
