import { clientDefaults } from '@faktorz/domain';
import { PullSecrets } from '@faktorz/pull-secrets';
import { MalformedPullSecret, type Keyring } from '@faktorz/registry-client';
import { Inject, Injectable } from '@nestjs/common';
import type { FetchTools } from '../fetch/fetch-tools.js';
import { ImportSession, normalizedText } from '../fetch/import-session.js';
import { imageFailure, type FetchFailure } from '../fetch/registry-status.js';
import { planJob } from '../import-job/plan-job.js';
import { FETCH_TOOLS } from '../importer.tokens.js';
import type { AccountKey } from '../registry-account/account-key.js';
import type { ScheduledCheck } from './check-schedule.store.js';

/** What fails is tried again when the tag or its registry has rested. */
export const ASKED_ONCE = { extraAttempts: 0 };

/** What a look told, and whom it asked. */
export interface Looked {
  asked: AccountKey;
  /** Absent when the registry does not say, or the look failed. */
  digest?: string;
  failure?: FetchFailure;
  /** Absent when the pull secrets could not be read. */
  keyring?: Keyring;
}

/** Looks at a tag in its registry: one HEAD. */
@Injectable()
export class TagLook {
  constructor(
    private readonly pullSecrets: PullSecrets,
    @Inject(FETCH_TOOLS) private readonly tools: FetchTools,
  ) {}

  /** Rejects only when the signal aborts, or the pull secrets cannot be had at all. */
  async look(check: ScheduledCheck, signal: AbortSignal): Promise<Looked> {
    const { item, tag } = check;
    const { reference } = planJob({ items: [item] }).images[0] ?? {};
    if (!reference) throw new Error(`the scheduled tag ${tag} names no image`);
    const looked: Looked = { asked: check };
    try {
      const keyring = await this.pullSecrets.recentKeyringOf(check.namespace);
      looked.keyring = keyring;
      const session = new ImportSession(this.tools, { keyring, signal, checksAllowList: true, retry: ASKED_ONCE });
      const repository = session.repository(reference, item.importPolicy.insecure ?? false);
      looked.asked = repository.account ?? check;
      looked.digest = await repository.currentDigest(clientDefaults(reference).tag);
    } catch (error) {
      signal.throwIfAborted();
      if (!looked.keyring && !(error instanceof MalformedPullSecret)) throw error;
      looked.failure = imageFailure(error, normalizedText(reference));
    }
    return looked;
  }
}
