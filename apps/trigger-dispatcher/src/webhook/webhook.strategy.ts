import { Injectable } from '@nestjs/common';
import { type FieldError, type StoredResourceStrategy, subdomainProblems } from '@faktorz/apimachinery';
import { allEvents } from '@faktorz/domain';
import { OutboundPolicy } from '@faktorz/registry-client';
import type { Webhook } from './webhook.js';

const EVENT_KINDS = new Set<string>(allEvents.map((event) => event.kind));
const MOST_GLOBS = 100;
const LONGEST_GLOB = 253;

/** How webhooks come into being and change. */
@Injectable()
export class WebhookStrategy implements StoredResourceStrategy<Webhook> {
  constructor(private readonly policy: OutboundPolicy) {}

  default(webhook: Webhook): void {
    const spec = (webhook.spec ?? {}) as Partial<Webhook['spec']>;
    webhook.spec = {
      ...spec,
      url: spec.url ?? '',
      secretRef: { name: spec.secretRef?.name || `${webhook.metadata.name}-signing` },
    };
  }

  prepareForCreate(webhook: Webhook): void {
    webhook.metadata.generation = 1;
    delete webhook.status;
  }

  prepareForUpdate(webhook: Webhook, old: Webhook): void {
    const isSpecChanged = JSON.stringify(webhook.spec) !== JSON.stringify(old.spec);
    webhook.metadata.generation = (old.metadata.generation ?? 1) + (isSpecChanged ? 1 : 0);
    if (old.status && (webhook.spec.suspend || !old.spec.suspend)) webhook.status = old.status;
    else delete webhook.status;
  }

  validate({ spec }: Webhook): FieldError[] {
    return [
      ...this.urlErrors(spec.url),
      ...subdomainProblems(spec.secretRef.name).map((detail) =>
        invalid('spec.secretRef.name', spec.secretRef.name, detail),
      ),
      ...typeErrors(spec.types ?? []),
      ...globErrors('spec.streams', spec.streams ?? []),
      ...globErrors('spec.tags', spec.tags ?? []),
    ];
  }

  private urlErrors(url: string): FieldError[] {
    if (!url) return [{ field: 'spec.url', type: 'Required', detail: 'the http or https URL that events are sent to' }];
    try {
      this.policy.checkUrl(new URL(url));
      return [];
    } catch (error) {
      const detail = URL.canParse(url) ? (error as Error).message : 'must be an absolute http or https URL';
      return [invalid('spec.url', url, detail)];
    }
  }
}

function typeErrors(types: readonly string[]): FieldError[] {
  return types.flatMap((type, index) => {
    if (EVENT_KINDS.has(type)) return [];
    const detail = `supported values: ${[...EVENT_KINDS].map((kind) => `"${kind}"`).join(', ')}`;
    return [{ field: `spec.types[${index}]`, type: 'NotSupported' as const, value: type, detail }];
  });
}

function globErrors(field: string, globs: readonly string[]): FieldError[] {
  if (globs.length > MOST_GLOBS) return [{ field, type: 'TooLong', detail: `must have at most ${MOST_GLOBS} items` }];
  return globs.flatMap((glob, index): FieldError[] => {
    const path = `${field}[${index}]`;
    if (glob === '') return [{ field: path, type: 'Required', detail: 'a glob such as 2.*' }];
    if (glob.length <= LONGEST_GLOB) return [];
    return [{ field: path, type: 'TooLong', detail: `must be at most ${LONGEST_GLOB} characters` }];
  });
}

function invalid(field: string, value: string, detail: string): FieldError {
  return { field, type: 'Invalid', value, detail };
}
