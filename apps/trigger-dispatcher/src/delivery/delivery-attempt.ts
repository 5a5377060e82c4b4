import { ApiError } from '@faktorz/apimachinery';
import { Injectable } from '@nestjs/common';
import type { DueDelivery } from './delivery.js';
import type { AttemptResult } from './delivery.store.js';
import { nextDelaySeconds, RETRY_DELAYS_SECONDS } from './retry-schedule.js';
import { SigningKeys } from './signing-keys.js';
import { Interrupted, type WebhookAnswer, WebhookClient } from './webhook-client.js';
import { signedHeaders } from './webhook-signature.js';

/** Answers that say: the receiver is gone for good (Standard Webhooks). */
const GONE = 410;
/** While auth cannot be asked for the key. */
const WITHOUT_KEY_SECONDS = 1;

/** What came of trying: a result to write down, or no attempt at all, and after how long to try again. */
export type Attempted = { result: AttemptResult; isGone: boolean } | { postponedSeconds: number; reason: string };

/** One attempt to deliver: sign, send, and say what the answer means. */
@Injectable()
export class DeliveryAttempt {
  constructor(
    private readonly keys: SigningKeys,
    private readonly client: WebhookClient,
  ) {}

  async attempt(row: DueDelivery): Promise<Attempted> {
    try {
      return attempted(row, await this.send(row));
    } catch (error) {
      if (error instanceof Interrupted) return { postponedSeconds: 0, reason: 'this process stops' };
      const reason = error instanceof Error ? error.message : String(error);
      // Our own trouble is no failure of the receiver's.
      if (error instanceof ApiError && error.code >= 500) return { postponedSeconds: WITHOUT_KEY_SECONDS, reason };
      return attempted(row, { error: reason, retryAfterSeconds: 0 });
    }
  }

  /** Ends attempts under way; they count as none. */
  interrupt(): void {
    this.client.interrupt();
  }

  private async send(row: DueDelivery): Promise<WebhookAnswer> {
    const { namespace, webhook, secret_name: secretName, url, event_id: eventId, body } = row;
    const keys = await this.keys.of({ namespace, webhook, secretName });
    return this.client.post(url, body, signedHeaders(eventId, Math.floor(Date.now() / 1000), body, keys));
  }
}

function attempted(row: DueDelivery, { status, error, retryAfterSeconds }: WebhookAnswer): Attempted {
  if (error === undefined) return { result: { phase: 'Delivered', status }, isGone: false };
  const isGone = status === GONE;
  const attempts = row.attempts + 1;
  // Of a receiver that is gone nothing is given up: it waits until somebody resumes the webhook.
  const delaySeconds = nextDelaySeconds(
    isGone ? Math.min(attempts, RETRY_DELAYS_SECONDS.length) : attempts,
    retryAfterSeconds,
  );
  if (delaySeconds === undefined) return { result: { phase: 'Failed', status, error }, isGone };
  return { result: { phase: 'Pending', status, error, delaySeconds }, isGone };
}
