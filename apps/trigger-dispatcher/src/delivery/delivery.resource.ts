import { Injectable } from '@nestjs/common';
import {
  fixedValue,
  type ListPage,
  type ListQuery,
  nameColumn,
  notFound,
  type ObjectKey,
  type RequestContext,
  type ResourceHandlers,
  type SelectableFields,
  type TableColumn,
} from '@faktorz/apimachinery';
import { ChangeLog } from '@faktorz/persistence';
import { unversionedList } from '../listing/unversioned-list.js';
import { EVENTS_GROUP } from '../webhook/webhook.js';
import { deliveryNumber, WEBHOOK_LABEL, type WebhookDelivery, webhookDelivery } from './delivery.js';
import { type DeliveryCursor, type DeliveryFilter, DeliveryReader } from './delivery.reader.js';

export const WEBHOOK_DELIVERIES = 'webhookdeliveries';

/** What field selectors may name. */
export const deliveryFields: SelectableFields<WebhookDelivery> = {
  'spec.webhook': ({ spec }) => spec.webhook,
  'spec.eventId': ({ spec }) => spec.eventId,
  'spec.subject': ({ spec }) => spec.subject,
  'status.phase': ({ status }) => status.phase,
};

/**
 * The verbs of deliveries: reading them. They have no versions, so that a list shows what there is while it is read; its
 * `resourceVersion` is the log's head, and pages are found again by the last name.
 */
@Injectable()
export class DeliveryHandlers implements ResourceHandlers<WebhookDelivery> {
  constructor(
    private readonly log: ChangeLog,
    private readonly reader: DeliveryReader,
  ) {}

  async get({ namespace = '', name = '' }: RequestContext): Promise<WebhookDelivery> {
    const key = deliveryNumber(name);
    const row = key && (await this.reader.find(namespace, key.webhook, key.seq));
    if (!row) throw notFound(WEBHOOK_DELIVERIES, EVENTS_GROUP, name);
    return webhookDelivery(row);
  }

  async list(query: ListQuery): Promise<ListPage<WebhookDelivery>> {
    const filter = filterOf(query);
    return unversionedList(query, {
      position: await this.log.head(),
      fields: deliveryFields,
      cursorOf,
      page: (after, limit) => this.reader.page(filter, after, limit),
      show: webhookDelivery,
    });
  }
}

/** What the database can look for; the list looks at all of it. */
function filterOf({ namespace, fields = [], labels = [] }: ListQuery): DeliveryFilter {
  const label = labels.find(({ key, operator }) => key === WEBHOOK_LABEL && operator === '=');
  return {
    namespace,
    webhook: fixedValue(fields, 'spec.webhook') ?? label?.values[0],
    subject: fixedValue(fields, 'spec.subject'),
    phase: fixedValue(fields, 'status.phase'),
  };
}

function cursorOf(after: ObjectKey | undefined): DeliveryCursor | undefined {
  const key = after && deliveryNumber(after.name);
  return key && { namespace: after.namespace ?? '', ...key };
}

export const deliveryColumns: readonly TableColumn<WebhookDelivery>[] = [
  nameColumn,
  { name: 'Event', type: 'string', description: 'Id of the event.', cell: ({ spec }) => spec.eventId },
  {
    name: 'Type',
    type: 'string',
    description: 'Kind of the event.',
    cell: ({ spec }) => spec.type,
  },
  { name: 'Phase', type: 'string', description: 'How far it has come.', cell: ({ status }) => status.phase },
  { name: 'Attempts', type: 'integer', description: 'How often it was sent.', cell: ({ status }) => status.attempts },
  {
    name: 'Last Status',
    type: 'string',
    description: 'HTTP status of the last answer.',
    cell: ({ status }) => (status.lastStatus === undefined ? '' : String(status.lastStatus)),
  },
  {
    name: 'Subject',
    type: 'string',
    description: 'What the event is about.',
    priority: 1,
    cell: ({ spec }) => spec.subject,
  },
  {
    name: 'Last Error',
    type: 'string',
    description: 'Why the last attempt failed.',
    priority: 1,
    cell: ({ status }) => status.lastError ?? '',
  },
];
