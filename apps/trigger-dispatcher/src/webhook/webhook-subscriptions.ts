import { Injectable } from '@nestjs/common';
import { NamespaceGate } from '@faktorz/namespaces';
import type { ChangeTransaction, DocumentChange } from '@faktorz/persistence';
import { DELIVERIES_CHANNEL, DeliveryStore } from '../delivery/delivery.store.js';
import type { Subscription } from './webhook-match.js';
import type { Webhook } from './webhook.js';

/** A webhook as the events' handler looks at it. */
export interface SubscribedWebhook extends Subscription {
  uid: string;
  namespace: string;
  name: string;
  secret_name: string;
}

/** Keeps, beside each webhook, the few columns by which events find it and deliveries find their way. */
@Injectable()
export class WebhookSubscriptions {
  constructor(
    private readonly deliveries: DeliveryStore,
    private readonly namespaces: NamespaceGate,
  ) {}

  /** Runs in the transaction that writes the webhook. */
  async keepUp(tx: ChangeTransaction, { type, object, previous }: DocumentChange<Webhook>): Promise<void> {
    const { uid = '', namespace = '', name } = object.metadata;
    if (type === 'DELETED') {
      await tx.query('DELETE FROM webhook_subscription WHERE uid = $1', [uid]);
      await this.deliveries.cancel(tx, uid);
      return;
    }
    if (type === 'ADDED') await this.namespaces.holdWritable(tx, namespace);
    const { url, secretRef, types = [], streams = [], tags = [], suspend = false } = object.spec;
    await tx.query(
      `INSERT INTO webhook_subscription (uid, namespace, name, url, secret_name, types, streams, tags, suspended)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       ON CONFLICT (uid) DO UPDATE SET url = $4, secret_name = $5, types = $6, streams = $7, tags = $8, suspended = $9`,
      [uid, namespace, name, url, secretRef.name, types, streams, tags, suspend],
    );
    if (previous && isWorthAnotherTry(object, previous)) await this.deliveries.sendNow(tx, uid);
    tx.wake(DELIVERIES_CHANNEL);
  }

  /**
   * The webhooks of these namespaces that want one of these kinds of event, or have not said which they want; suspended
   * ones too: what happens meanwhile is sent on resume.
   */
  inNamespaces(
    tx: ChangeTransaction,
    namespaces: readonly string[],
    kinds: readonly string[],
  ): Promise<SubscribedWebhook[]> {
    return tx.query<SubscribedWebhook>(
      `SELECT uid, namespace, name, secret_name, types, streams, tags FROM webhook_subscription
        WHERE namespace = ANY($1::text[]) AND (types = '{}' OR types && $2::text[]) ORDER BY namespace, name`,
      [namespaces, kinds],
    );
  }
}

/** Has somebody resumed it, or mended what made its deliveries fail? */
function isWorthAnotherTry({ spec }: Webhook, { spec: old }: Webhook): boolean {
  return (old.suspend && !spec.suspend) || old.url !== spec.url || old.secretRef.name !== spec.secretRef.name;
}
