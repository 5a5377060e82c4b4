import { Inject, Injectable } from '@nestjs/common';
import { WebhookDelivered, WebhookFailed } from '@faktorz/domain';
import { ChangeLog, type ChangeTransaction, DocumentStorage } from '@faktorz/persistence';
import { serviceUser } from '@faktorz/service-kit';
import { WEBHOOK_STORAGE } from '../trigger-dispatcher.tokens.js';
import { isAboutDeliveries, kindOf } from '../webhook/webhook-match.js';
import type { Webhook } from '../webhook/webhook.js';
import type { DueDelivery } from './delivery.js';
import { type AttemptResult, DeliveryStore, type FinishedAttempt } from './delivery.store.js';

interface Waiting extends FinishedAttempt {
  isGone: boolean;
  resolve(): void;
  reject(error: unknown): void;
}

/** Transactions under way at a time, and results in each: one result does not wait for more, but many travel together. */
const TRANSACTIONS = 2;
const MOST_TOGETHER = 64;

/** Writes down what came of attempts, with the events that tell of it. */
@Injectable()
export class DeliveryResults {
  private readonly waiting: Waiting[] = [];
  private writing = 0;

  constructor(
    private readonly log: ChangeLog,
    private readonly store: DeliveryStore,
    @Inject(WEBHOOK_STORAGE) private readonly webhooks: DocumentStorage<Webhook>,
  ) {}

  /** Resolves when the result has committed, or the claim is another's. `isGone` suspends the webhook with it. */
  write(row: DueDelivery, result: AttemptResult, isGone: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ row, result, isGone, resolve, reject });
      if (this.writing < TRANSACTIONS) void this.writeWaiting();
    });
  }

  private async writeWaiting(): Promise<void> {
    this.writing += 1;
    while (this.waiting.length > 0) {
      const together = this.waiting.splice(0, MOST_TOGETHER);
      try {
        await this.writeAll(together);
        for (const { resolve } of together) resolve();
      } catch {
        // One of them may be to blame: each for itself.
        for (const one of together) await this.writeAll([one]).then(one.resolve, one.reject);
      }
    }
    this.writing -= 1;
  }

  private writeAll(attempts: readonly Waiting[]): Promise<void> {
    return this.log.transaction(async (tx) => {
      const gone = new Set<FinishedAttempt>(attempts.filter(({ isGone }) => isGone));
      for (const attempt of await this.store.finish(tx, attempts)) {
        tell(tx, attempt);
        if (gone.has(attempt)) await this.suspend(tx, attempt.row);
      }
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
