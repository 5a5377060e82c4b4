import { Inject, Injectable } from '@nestjs/common';
import {
  conflict,
  type HandlerAnswer,
  notFound,
  type RequestContext,
  type ResourceHandlers,
  type KubeObject,
  success,
} from '@faktorz/apimachinery';
import { DocumentStorage } from '@faktorz/persistence';
import { WEBHOOK_STORAGE } from '../trigger-dispatcher.tokens.js';
import { EVENTS_GROUP, type Webhook, WEBHOOKS } from '../webhook/webhook.js';
import { deliveryNumber } from './delivery.js';
import { WEBHOOK_DELIVERIES } from './delivery.resource.js';
import { Replays } from './replays.js';

/** The subresource `replay` of deliveries and of webhooks: a POST sends again. */
@Injectable()
export class ReplayHandlers {
  constructor(
    private readonly replays: Replays,
    @Inject(WEBHOOK_STORAGE) private readonly webhooks: DocumentStorage<Webhook>,
  ) {}

  /** One delivery, whatever became of it. */
  ofDelivery(): ResourceHandlers<KubeObject> {
    return {
      create: async (_replay, { namespace = '', name = '', dryRun }: RequestContext) => {
        const key = deliveryNumber(name);
        if (!key) throw notFound(WEBHOOK_DELIVERIES, EVENTS_GROUP, name);
        if (dryRun) return accepted(WEBHOOK_DELIVERIES, name, 1);
        const outcome = await this.replays.replay(namespace, key.webhook, key.seq);
        if (outcome === 'no such delivery') throw notFound(WEBHOOK_DELIVERIES, EVENTS_GROUP, name);
        if (outcome === 'its webhook is gone') {
          throw conflict(WEBHOOK_DELIVERIES, EVENTS_GROUP, name, 'its webhook has been deleted');
        }
        return accepted(WEBHOOK_DELIVERIES, name, 1);
      },
    };
  }

  /** Everything of a webhook that was given up. */
  ofWebhook(): ResourceHandlers<KubeObject> {
    return {
      create: async (_replay, { namespace = '', name = '', dryRun }: RequestContext) => {
        const webhook = await this.webhooks.get({ namespace, name });
        if (!webhook) throw notFound(WEBHOOKS, EVENTS_GROUP, name);
        const count = dryRun ? 0 : await this.replays.replayFailed(webhook.metadata.uid ?? '');
        return accepted(WEBHOOKS, name, count);
      },
    };
  }
}

function accepted(kind: string, name: string, count: number): HandlerAnswer {
  const message = `${count} ${count === 1 ? 'delivery is' : 'deliveries are'} sent again`;
  return { status: 201, body: { ...success({ name, group: EVENTS_GROUP, kind }), message, code: 201 } };
}
