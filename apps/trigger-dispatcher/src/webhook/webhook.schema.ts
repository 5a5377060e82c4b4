import { fieldOf, kindSchema, listSchema, metaSchemas, type SchemaLibrary, structSchema } from '@faktorz/apimachinery';
import { EVENTS_GROUP, EVENTS_VERSION } from './webhook.js';

const named = (kind: string) => `io.faktorz.events.v1.${kind}`;
const kinds = (kind: string) => [{ group: EVENTS_GROUP, version: EVENTS_VERSION, kind }];

export const WEBHOOK_SCHEMA = named('Webhook');
export const WEBHOOK_DELIVERY_SCHEMA = named('WebhookDelivery');
export const REPLAY_SCHEMA = named('WebhookReplay');

const TIME = 'io.k8s.apimachinery.pkg.apis.meta.v1.Time';

const webhookSchemas: SchemaLibrary = {
  [WEBHOOK_SCHEMA]: kindSchema(
    {
      description: 'A subscription: events of its namespace are sent to a URL, signed, in order, until they are taken.',
      kinds: kinds('Webhook'),
      required: ['spec'],
    },
    {
      spec: fieldOf.part(named('WebhookSpec'), 'What is sent, and where to.'),
      status: fieldOf.computed(fieldOf.optionalPart(named('WebhookStatus'), 'What the server has found out.')),
    },
  ),
  [named('WebhookList')]: listSchema('A list of webhooks.', WEBHOOK_SCHEMA, kinds('WebhookList')),
  [named('WebhookSpec')]: structSchema(
    'What is sent, and where to.',
    {
      url: fieldOf.requiredText('The http or https URL that every event is posted to. Redirects are not followed.'),
      secretRef: fieldOf.optionalPart(
        named('SecretReference'),
        'The Secret whose key "secret" signs, and whose key "previous", while there is one, signs too. Default: the name of the webhook and "-signing"; it is made when there is none.',
      ),
      types: fieldOf.texts('Names of the events to send, such as TagUpdated. Default: all but those about deliveries.'),
      streams: fieldOf.texts('Globs; only events of streams that match one are sent. Default: all.'),
      tags: fieldOf.texts('Globs; only events of tags that match one are sent. Default: all.'),
      suspend: fieldOf.flag('True: nothing is sent for now. What happens meanwhile is kept, and sent afterwards.'),
    },
    ['url'],
  ),
  [named('SecretReference')]: structSchema(
    'A Secret of the same namespace.',
    { name: fieldOf.requiredText('Name of the Secret.') },
    ['name'],
  ),
  [named('WebhookStatus')]: structSchema('What the server has found out about a webhook.', {
    suspendedReason: fieldOf.text('Why the server suspended it; absent when somebody else did.'),
  }),
};

const deliverySchemas: SchemaLibrary = {
  [WEBHOOK_DELIVERY_SCHEMA]: kindSchema(
    {
      description: 'One event on its way to one webhook. Kept for a week after it ended; nobody can write it.',
      kinds: kinds('WebhookDelivery'),
    },
    {
      spec: fieldOf.part(named('WebhookDeliverySpec'), 'What is delivered.'),
      status: fieldOf.part(named('WebhookDeliveryStatus'), 'How far the delivery has come.'),
    },
  ),
  [named('WebhookDeliveryList')]: listSchema(
    'A list of deliveries.',
    WEBHOOK_DELIVERY_SCHEMA,
    kinds('WebhookDeliveryList'),
  ),
  [named('WebhookDeliverySpec')]: structSchema('What is delivered.', {
    webhook: fieldOf.requiredText('Name of the webhook.'),
    eventId: fieldOf.requiredText('Id of the event: the header webhook-id of every attempt.'),
    type: fieldOf.requiredText('CloudEvents type of the event.'),
    subject: fieldOf.requiredText(
      'What the event is about: namespace/stream:tag. Deliveries of one subject keep their order.',
    ),
  }),
  [named('WebhookDeliveryStatus')]: structSchema('How far a delivery has come.', {
    phase: fieldOf.requiredText(
      'Pending: to be sent, now or later. Delivered: the receiver took it. Failed: given up. Cancelled: the webhook was deleted before.',
    ),
    attempts: fieldOf.requiredNumber('How often it has been sent, since it was recorded or last replayed.', 'int32'),
    nextAttempt: fieldOf.optionalPart(TIME, 'Before this time it is not sent again.'),
    finished: fieldOf.optionalPart(TIME, 'When it was delivered, given up or cancelled.'),
    lastStatus: fieldOf.optionalNumber('HTTP status of the last answer; absent when none came.', 'int32'),
    lastError: fieldOf.text('Why the last attempt failed.'),
  }),
};

/** Every schema of `events.faktorz.io/v1`. */
export const eventsSchemas: SchemaLibrary = {
  ...metaSchemas,
  ...webhookSchemas,
  ...deliverySchemas,
  [REPLAY_SCHEMA]: kindSchema(
    {
      description: 'A wish, without content: that a delivery, or all failed deliveries of a webhook, be sent again.',
      kinds: kinds('WebhookReplay'),
    },
    {},
  ),
};
