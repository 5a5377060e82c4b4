import { isNotFound } from '../../client/api-error.js';
import type { ApiResource } from '../../client/discovery.js';
import { kindWithGroup } from '../../client/discovery.js';
import { resourcePath } from '../../client/resource-path.js';
import type { Call, Command } from '../../command.js';
import { UsageError } from '../../errors.js';

export const command: Command = {
  usage: 'webhook replay (DELIVERY | WEBHOOK | webhook/NAME | webhookdelivery/NAME) [options]',
  description:
    'Send one delivery again, or all of a webhook that were given up. Each keeps its id, so receivers know it.',
  examples: ['webhook replay deploy-hook.42', 'webhook replay deploy-hook'],
  run: replay,
};

const group = {
  group: 'events.faktorz.io',
  version: 'v1',
  namespaced: true,
  shortNames: [],
  categories: [],
  verbs: [],
  subresources: [],
};
const WEBHOOKS: ApiResource = { ...group, kind: 'Webhook', plural: 'webhooks', singular: 'webhook' };
const DELIVERIES: ApiResource = {
  ...group,
  kind: 'WebhookDelivery',
  plural: 'webhookdeliveries',
  singular: 'webhookdelivery',
};

async function replay({ args, session, terminal }: Call): Promise<void> {
  const [word, ...more] = args;
  if (word === undefined || more.length > 0) throw new UsageError('name one delivery or one webhook');
  const client = await session.client();
  const namespace = await session.namespace();
  const candidates = candidatesFor(word);
  for (const { resource, name } of candidates) {
    const last = resource === candidates.at(-1)?.resource;
    try {
      const path = resourcePath(resource, namespace, name, 'replay');
      const answer = await client.object({
        method: 'POST',
        path,
        body: { apiVersion: 'events.faktorz.io/v1', kind: 'WebhookReplay', metadata: { name } },
      });
      const count = typeof answer.message === 'string' ? `: ${answer.message}` : '';
      return terminal.out(`${kindWithGroup(resource)}/${name} replayed${count}\n`);
    } catch (error) {
      if (last || !isNotFound(error)) throw error;
    }
  }
}

/** A name that ends in a number can be a delivery's; what is no delivery is a webhook. */
function candidatesFor(word: string): { resource: ApiResource; name: string }[] {
  const [kind = '', name] = word.split('/');
  if (name !== undefined) return [{ resource: isDelivery(kind) ? DELIVERIES : WEBHOOKS, name }];
  const webhook = { resource: WEBHOOKS, name: word };
  return /\.\d+$/.test(word) ? [{ resource: DELIVERIES, name: word }, webhook] : [webhook];
}

function isDelivery(kind: string): boolean {
  return ['delivery', 'deliveries', 'whd'].includes(kind) || kind.startsWith('webhookdeliver');
}
