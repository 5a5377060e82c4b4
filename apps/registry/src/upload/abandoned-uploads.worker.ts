import { type Claimed, claimWork, Database, lockClaim, Wakeups, Worker } from '@faktorz/persistence';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { RegistryConfig } from '../registry.config.js';
import { REGISTRY_CONFIG } from '../registry.tokens.js';
import { BlobStorage } from '../storage/blob-storage.js';
import { UPLOAD_LEASE_SECONDS, UPLOAD_WORK } from './upload.store.js';

const CHANNEL = 'faktorz_registry_abandoned_uploads';
const SECONDS_PER_HOUR = 3600;
const LOOK_FOR_DRAFTS_EVERY_MS = 10 * 60_000;
const AT_A_TIME = 20;

interface Abandoned {
  id: string;
  draft_id: string;
}

/** Removes uploads nobody continued, and drafts that a killed process left without one. */
@Injectable()
export class AbandonedUploadsWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(AbandonedUploadsWorker.name);
  private readonly worker: Worker<Claimed<Abandoned>>;
  private readonly expirySeconds: number;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: Database,
    private readonly storage: BlobStorage,
    wakeups: Wakeups,
    @Inject(REGISTRY_CONFIG) config: RegistryConfig,
  ) {
    this.expirySeconds = config.FAKTORZ_REGISTRY_UPLOAD_EXPIRY_HOURS * SECONDS_PER_HOUR;
    this.worker = new Worker({
      name: 'abandoned uploads',
      concurrency: AT_A_TIME,
      wakeups,
      channel: CHANNEL,
      claim: (limit) => this.claim(limit),
      run: (upload) => this.remove(upload),
    });
  }

  onApplicationBootstrap(): void {
    this.worker.start();
    this.timer = setInterval(() => void this.removeDrafts(), LOOK_FOR_DRAFTS_EVERY_MS * (0.5 + Math.random()));
    this.timer.unref();
    void this.removeDrafts();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.worker.stop();
  }

  private claim(limit: number): Promise<Claimed<Abandoned>[]> {
    return claimWork(this.database, {
      ...UPLOAD_WORK,
      where: 'touched_at < now() - make_interval(secs => $1)',
      values: [this.expirySeconds],
      orderBy: 'touched_at',
      limit,
      leaseSeconds: UPLOAD_LEASE_SECONDS,
    });
  }

  private async remove(upload: Claimed<Abandoned>): Promise<void> {
    if (!(await lockClaim(this.database, UPLOAD_WORK, upload))) return;
    await this.storage.removeDraft(upload.draft_id);
    await this.database.query('DELETE FROM upload WHERE id = $1 AND claim_token = $2', [upload.id, upload.claim_token]);
  }

  /** Drafts have no row when they came in one go, or when the database lost its last moments. Never rejects. */
  async removeDrafts(): Promise<void> {
    try {
      const old = await this.storage.draftsUntouchedSince(new Date(Date.now() - this.expirySeconds * 1000));
      const known = await this.database.query<{ draft_id: string }>(
        'SELECT draft_id FROM upload WHERE draft_id = ANY ($1::uuid[])',
        [old],
      );
      const kept = new Set(known.map(({ draft_id }) => draft_id));
      for (const id of old) if (!kept.has(id)) await this.storage.removeDraft(id);
    } catch (error) {
      this.logger.warn(`cannot look for abandoned drafts: ${(error as Error).message}`);
    }
  }
}
