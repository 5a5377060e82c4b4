import { Inject, Injectable } from '@nestjs/common';
import { ApiError } from '@faktorz/apimachinery';
import type { NamespaceContents } from '@faktorz/namespaces';
import { ChangeLog, DocumentStorage } from '@faktorz/persistence';
import { serviceUser } from '@faktorz/service-kit';
import { LedgerTrimmer } from '../ledger/ledger-trimmer.js';
import { WEBHOOK_STORAGE } from '../trigger-dispatcher.tokens.js';
import type { Webhook } from '../webhook/webhook.js';

const BATCH = 100;

/** What this service keeps in namespaces: webhooks, whose deliveries go with them, and what became of triggers. */
@Injectable()
export class ContentsOfNamespace implements NamespaceContents {
  constructor(
    private readonly log: ChangeLog,
    @Inject(WEBHOOK_STORAGE) private readonly webhooks: DocumentStorage<Webhook>,
    private readonly ledger: LedgerTrimmer,
  ) {}

  async empty(namespace: string, signal: AbortSignal): Promise<void> {
    for (;;) {
      const names: string[] = [];
      const { items } = await this.webhooks.list({ namespace, limit: BATCH });
      for await (const { metadata } of items) names.push(metadata.name);
      if (names.length === 0) return this.ledger.forgetNamespace(namespace);
      for (const name of names) {
        if (signal.aborted) return;
        await this.delete(namespace, name);
      }
    }
  }

  /** Whatever its version is; one that is gone is what was wanted. */
  private async delete(namespace: string, name: string): Promise<void> {
    const context = { user: serviceUser('trigger-dispatcher'), requestId: `namespace-cleanup:${namespace}` };
    try {
      await this.log.transaction((tx) => this.webhooks.deleteIn(tx, { namespace, name }, undefined, context));
    } catch (error) {
      if (!(error instanceof ApiError && error.reason === 'NotFound')) throw error;
    }
  }
}
