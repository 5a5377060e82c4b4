import { Inject, Injectable } from '@nestjs/common';
import { WebhookDelivered, WebhookFailed } from '@faktorz/domain';
import { ChangeLog, type ChangeTransaction, DocumentStorage, WriteTogether } from '@faktorz/persistence';
import { serviceUser } from '@faktorz/service-kit';
import { WEBHOOK_STORAGE } from '../trigger-dispatcher.tokens.js';
import { isAboutDeliveries, kindOf } from '../webhook/webhook-match.js';
import type { Webhook } from '../webhook/webhook.js';
import type { DueDelivery } from './delivery.js';
import { type AttemptResult, DeliveryStore, type FinishedAttempt } from './delivery.store.js';

interface Result extends FinishedAttempt {
  isGone: boolean;
}

/** Writes down what came of attempts, with the events that tell of it. */
@Injectable()
export class DeliveryResults {
  private readonly together = new WriteTogether<Result>({
    transactions: 2,
    most: 64,
    write: (results, alone) => this.writeAll(results, alone),
  });

  constructor(
    private readonly log: ChangeLog,
    private readonly store: DeliveryStore,
    @Inject(WEBHOOK_STORAGE) private readonly webhooks: DocumentStorage<Webhook>,
  ) {}

  /** Resolves when the result has committed, or the claim is another's. `isGone` suspends the webhook with it. */
  write(row: DueDelivery, result: AttemptResult, isGone: boolean): Promise<void> {
    return this.together.write({ row, result, isGone });
  }

  private writeAll(results: readonly Result[], alone: boolean): Promise<readonly Result[]> {
    return this.log.transaction(async (tx) => {
      const written = new Set(await this.store.finish(tx, results, alone));
      for (const result of written) {
        tell(tx, result);
        if (result.isGone) await this.suspend(tx, result.row);
      }
      return results.filter((result) => !written.has(result));
    });
  }

  /** The receiver says it is gone for good. What is pending waits until somebody resumes the webhook. */
  private async suspend(tx: ChangeTransaction, row: DueDelivery): Promise<void> {
    const webhook = await this.webhooks.getIn(tx, { namespace: row.namespace, name: row.webhook });
    const isSame = webhook?.metadata.uid === row.webhook_uid && webhook.spec.url === row.url;
    if (!webhook || !isSame || webhook.spec.suspend) return;
    const generation = (webhook.metadata.generation ?? 1) + 1;
    await this.webhooks.updateIn(
      tx,
      {
        ...webhook,
        metadata: { ...webhook.metadata, generation },
        spec: { ...webhook.spec, suspend: true },
        status: { suspendedReason: 'the receiver answered 410 Gone' },
      },
      { user: serviceUser('trigger-dispatcher'), requestId: row.event_id },
    );
  }
}

/** Events about deliveries are not followed by further ones about their own delivery. */
function tell(tx: ChangeTransaction, { row, result: { phase, status, error } }: FinishedAttempt): void {
  if (phase === 'Pending' || isAboutDeliveries(kindOf(row.event_type))) return;
  const { namespace, webhook, event_id: eventId } = row;
  const about = { subject: namespace, namespace, stream: '' };
  const data = { namespace, webhook, eventId, attempts: row.attempts + 1, ...(status && { status }) };
  if (phase === 'Delivered') tx.publish({ definition: WebhookDelivered, ...about, data });
  else tx.publish({ definition: WebhookFailed, ...about, data: { ...data, error: error ?? '' } });
}
