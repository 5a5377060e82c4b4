import { Injectable } from '@nestjs/common';
import { type ConsumedEvent, Consumes } from '@faktorz/messaging';
import type { ChangeTransaction } from '@faktorz/persistence';
import { isSubscribed, kindOf } from '../webhook/webhook-match.js';
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

  @Consumes('all')
  async onEvent(event: ConsumedEvent, tx: ChangeTransaction): Promise<void> {
    const namespace = namespaceOf(event);
    if (namespace === undefined) return;
    const about = { kind: kindOf(event.type), subject: event.subject };
    const { webhook } = event.data as { webhook?: unknown };
    const told = (await this.subscriptions.inNamespace(tx, namespace, about.kind)).filter(
      (subscribed) => webhook !== subscribed.name && isSubscribed(subscribed, about),
    );
    if (told.length === 0) return;
    for (const subscribed of told) this.warm(subscribed);
    const { id, type, subject, cloudEvent } = event;
    await this.deliveries.record(
      tx,
      told.map(({ uid }) => uid),
      { id, type, subject, body: JSON.stringify(cloudEvent) },
    );
  }

  /** The key is asked for while the transaction commits, so that the attempt need not wait for it. */
  private warm({ namespace, name, secret_name: secretName }: SubscribedWebhook): void {
    this.keys.of({ namespace, webhook: name, secretName }).catch(() => undefined); // the attempt will say why
  }
}

/** Where the event happened; undefined for what happened in no namespace. Names of cluster-wide objects are no namespaces. */
function namespaceOf({ subject, data }: ConsumedEvent): string | undefined {
  const { namespace } = data as { namespace?: unknown };
  if (typeof namespace === 'string' && namespace !== '') return namespace;
  const slash = subject.indexOf('/');
  return slash > 0 ? subject.slice(0, slash) : undefined;
}
