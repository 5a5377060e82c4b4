import { Database } from '@faktorz/persistence';
import { RegularWork } from '@faktorz/service-kit';
import { Inject, Injectable } from '@nestjs/common';
import type { RegistryConfig } from '../registry.config.js';
import { REGISTRY_CONFIG } from '../registry.tokens.js';

const LOOK_EVERY_MS = 10 * 60_000;
const SECONDS_PER_HOUR = 3600;
const AT_A_TIME = 1000;

/**
 * Lets go of what was kept only because somebody pulled it through, when nobody has asked for it for long. The bytes go
 * when nothing else needs them; the next pull fetches them again. Replicas may all look: each row goes once.
 */
@Injectable()
export class MirrorExpiry extends RegularWork {
  private readonly expirySeconds: number;

  constructor(
    private readonly database: Database,
    @Inject(REGISTRY_CONFIG) config: RegistryConfig,
  ) {
    const expirySeconds = config.FAKTORZ_REGISTRY_MIRROR_EXPIRY_HOURS * SECONDS_PER_HOUR;
    super(Math.min(LOOK_EVERY_MS, (expirySeconds * 1000) / 2), 'mirrored content could not expire');
    this.expirySeconds = expirySeconds;
  }

  /** Removes the links that are due. Rejects when the database is away. */
  async expire(): Promise<number> {
    let expired = 0;
    for (const table of ['blob_link', 'manifest_link']) {
      for (;;) {
        const rows = await this.database.query(
          `DELETE FROM ${table} WHERE ctid = ANY (ARRAY(
             SELECT ctid FROM ${table} WHERE mirrored AND last_used_at < now() - make_interval(secs => $1)
              LIMIT $2 FOR UPDATE SKIP LOCKED)) RETURNING 1`,
          [this.expirySeconds, AT_A_TIME],
        );
        expired += rows.length;
        if (rows.length < AT_A_TIME) break;
      }
    }
    return expired;
  }

  protected async round(): Promise<void> {
    const expired = await this.expire();
    if (expired > 0) this.logger.log(`${expired} mirrored blobs and manifests were unused for long and are let go`);
  }
}
