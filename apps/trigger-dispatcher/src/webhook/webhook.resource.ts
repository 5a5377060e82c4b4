import { Inject, Injectable, Logger } from '@nestjs/common';
import {
  nameColumn,
  type ResourceHandlers,
  shortAge,
  type StoredHandlers,
  storedResource,
  type TableColumn,
} from '@faktorz/apimachinery';
import { DocumentStorage } from '@faktorz/persistence';
import { SigningKeys } from '../delivery/signing-keys.js';
import { WEBHOOK_STORAGE } from '../trigger-dispatcher.tokens.js';
import { WebhookStrategy } from './webhook.strategy.js';
import { EVENTS_GROUP, EVENTS_VERSION, type Webhook, WEBHOOKS } from './webhook.js';

/** How long a create waits for auth to make the signing Secret; later the first delivery makes it. */
const SECRET_PATIENCE_MS = 1_000;

/** The verbs of webhooks: those of every stored resource, and a signing Secret that is there when a webhook is. */
@Injectable()
export class WebhookHandlers {
  private readonly logger = new Logger('Webhooks');
  private readonly stored: StoredHandlers<Webhook>;

  constructor(
    @Inject(WEBHOOK_STORAGE) storage: DocumentStorage<Webhook>,
    strategy: WebhookStrategy,
    private readonly keys: SigningKeys,
  ) {
    this.stored = storedResource(storage, strategy, {
      group: EVENTS_GROUP,
      version: EVENTS_VERSION,
      kind: 'Webhook',
      plural: WEBHOOKS,
      namespaced: true,
    });
  }

  handlers(): ResourceHandlers<Webhook> {
    const { create, ...others } = this.stored;
    return {
      ...others,
      create: async (object, context) => {
        const made = await create(object, context);
        if (!context.dryRun && 'spec' in made) await this.ensureSecret(made);
        return made;
      },
    };
  }

  private async ensureSecret({ metadata, spec }: Webhook): Promise<void> {
    const { name: webhook, namespace = '' } = metadata;
    try {
      await this.keys.ensure({ namespace, webhook, secretName: spec.secretRef.name }, SECRET_PATIENCE_MS);
    } catch (error) {
      this.logger.warn(`${namespace}/${webhook}: its signing Secret is made later: ${(error as Error).message}`);
    }
  }
}

export const webhookColumns: readonly TableColumn<Webhook>[] = [
  nameColumn,
  { name: 'URL', type: 'string', description: 'Where events are sent.', cell: ({ spec }) => spec.url },
  {
    name: 'Types',
    type: 'string',
    description: 'Which events are sent.',
    cell: ({ spec }) => (spec.types?.length ? spec.types.join(',') : '<all>'),
  },
  {
    name: 'Suspended',
    type: 'boolean',
    description: 'Is nothing sent for now?',
    cell: ({ spec }) => spec.suspend ?? false,
  },
  {
    name: 'Age',
    type: 'string',
    description: 'How long ago the webhook was made.',
    cell: ({ metadata: { creationTimestamp } }, now) =>
      creationTimestamp ? shortAge(now.getTime() - Date.parse(creationTimestamp)) : '<unknown>',
  },
];
