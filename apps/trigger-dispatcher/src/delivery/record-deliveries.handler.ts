import { Injectable } from '@nestjs/common';
import { type ConsumedEvent, ConsumesTogether } from '@faktorz/messaging';
import type { ChangeTransaction } from '@faktorz/persistence';
import { isAboutDeliveries, isSubscribed, kindOf } from '../webhook/webhook-match.js';
import { type SubscribedWebhook, WebhookSubscriptions } from '../webhook/webhook-subscriptions.js';
import { DeliveryStore } from './delivery.store.js';
import { SigningKeys } from './signing-keys.js';

/** Records, for every event, to which webhooks it has to be sent. Sending is the worker's. */
@Injectable()
export class RecordDeliveriesHandler {
  constructor(
    private readonly subscriptions: WebhookSubscriptions,
    private readonly deliveries: DeliveryStore,
    private readonly keys: SigningKeys,
  ) {}

  /** What became of deliveries, nobody waits for. */
  @ConsumesTogether({ mayWait: (type) => isAboutDeliveries(kindOf(type)) })
  async onEvents(events: readonly ConsumedEvent[], tx: ChangeTransaction): Promise<void> {
    const happenings = events.flatMap(happeningOf);
    if (happenings.length === 0) return;
    const webhooks = await this.subscriptions.inNamespaces(
      tx,
      [...new Set(happenings.map(({ namespace }) => namespace))],
      [...new Set(happenings.map(({ kind }) => kind))],
    );
    const told = happenings.flatMap((happening) =>
      webhooks
        .filter((webhook) => isToldOf(webhook, happening))
        .map((webhook) => ({ webhook, event: happening.event })),
    );
    for (const webhook of new Set(told.map(({ webhook }) => webhook))) this.warm(webhook);
    this.deliveries.record(
      tx,
      told.map(({ webhook, event: { id, type, subject, cloudEvent } }) => ({
        webhookUid: webhook.uid,
        event: { id, type, subject, body: JSON.stringify(cloudEvent) },
      })),
    );
  }

  /** The key is asked for while the transaction commits, so that the attempt need not wait for it. */
  private warm({ namespace, name, secret_name: secretName }: SubscribedWebhook): void {
    this.keys.of({ namespace, webhook: name, secretName }).catch(() => undefined); // the attempt will say why
  }
}

/** An event in a namespace. */
interface Happening {
  event: ConsumedEvent;
  namespace: string;
  kind: string;
  /** Name of the webhook whose fate this is, of events about deliveries. */
  webhook: unknown;
}

/** Nothing for what happened in no namespace. Names of cluster-wide objects are no namespaces. */
function happeningOf(event: ConsumedEvent): Happening[] {
  const { subject, type } = event;
  const { namespace, webhook } = event.data as { namespace?: unknown; webhook?: unknown };
  const happening = { event, kind: kindOf(type), webhook };
  if (typeof namespace === 'string' && namespace !== '') return [{ ...happening, namespace }];
  const slash = subject.indexOf('/');
  return slash > 0 ? [{ ...happening, namespace: subject.slice(0, slash) }] : [];
}

/** Nobody is told of its own deliveries. */
function isToldOf(webhook: SubscribedWebhook, { event, namespace, kind, webhook: about }: Happening): boolean {
  if (webhook.namespace !== namespace || webhook.name === about) return false;
  return isSubscribed(webhook, { kind, subject: event.subject });
}
