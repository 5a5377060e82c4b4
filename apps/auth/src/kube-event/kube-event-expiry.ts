import { ApiError } from '@faktorz/apimachinery';
import { ChangeLog, Database } from '@faktorz/persistence';
import { RegularWork } from '@faktorz/service-kit';
import { Inject, Injectable } from '@nestjs/common';
import type { AuthConfig } from '../auth.config.js';
import { AUTH_CONFIG } from '../auth.tokens.js';
import { AuthStorages } from '../storage/auth-storages.js';
import { OWN_WRITES } from '../storage/new-object.js';

const LOOK_EVERY_MS = 60_000;
const AT_ONCE = 500;
const LAST_POSITION = '9223372036854775807';

/** Kubernetes Events are kept for a while after they were last written, then removed. */
@Injectable()
export class KubeEventExpiry extends RegularWork {
  constructor(
    private readonly storages: AuthStorages,
    private readonly log: ChangeLog,
    private readonly database: Database,
    @Inject(AUTH_CONFIG) private readonly config: AuthConfig,
  ) {
    super(LOOK_EVERY_MS, 'removing old events');
  }

  /** Removes events whose newest version is older than they are kept. */
  protected async round(): Promise<void> {
    const expired = await this.database.query<{ namespace: string; name: string; valid_from: string }>(
      `SELECT v.namespace, v.name, v.valid_from FROM document_version v JOIN change_log l ON l.position = v.valid_from
       WHERE v.resource = 'events' AND v.valid_to = ${LAST_POSITION} AND l.recorded_at < now() - make_interval(secs => $1) LIMIT $2`,
      [this.config.FAKTORZ_AUTH_EVENT_LIFE_SECONDS, AT_ONCE],
    );
    for (const { namespace, name, valid_from: version } of expired) {
      const removal = this.log.transaction((tx) =>
        this.storages.events.deleteIn(tx, { namespace, name }, version, OWN_WRITES),
      );
      await removal.catch((error: unknown) => {
        if (!(error instanceof ApiError) || (error.reason !== 'NotFound' && error.reason !== 'Conflict')) throw error;
      });
    }
  }
}
