import { ReadNamespace, ReportNamespaceEmptied } from '@faktorz/domain';
import { Requests } from '@faktorz/messaging';
import { ChangeLog, type Claimed, claimWork, holdingClaim, lockClaim, Wakeups, Worker } from '@faktorz/persistence';
import { SERVICE_NAME } from '@faktorz/service-kit';
import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { cleanupChannel } from './cleanup-channel.js';
import { NAMESPACE_CONTENTS, type NamespaceContents } from './namespace-contents.js';

interface Cleanup {
  name: string;
  uid: string;
}

const WORK = { table: 'namespace_cleanup', keyColumns: ['name'] };
const LEASE_SECONDS = 15;
const RETRY_SECONDS = 5;

/** Empties terminating namespaces and tells auth when nothing is left. */
@Injectable()
export class NamespaceCleanupWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly worker: Worker<Claimed<Cleanup>>;

  constructor(
    @Inject(ChangeLog) private readonly log: ChangeLog,
    @Inject(Wakeups) wakeups: Wakeups,
    @Inject(NAMESPACE_CONTENTS) private readonly contents: NamespaceContents,
    @Inject(Requests) private readonly requests: Requests,
    @Inject(SERVICE_NAME) private readonly service: string,
  ) {
    this.worker = new Worker({
      name: 'namespace cleanup',
      concurrency: 1,
      wakeups,
      channel: cleanupChannel(service),
      claim: (limit) =>
        claimWork<Cleanup>(log.database, { ...WORK, where: 'due_at <= now()', limit, leaseSeconds: LEASE_SECONDS }),
      run: (item, signal) =>
        holdingClaim(log.database, WORK, item, LEASE_SECONDS, (lost) =>
          this.clean(item, AbortSignal.any([signal, lost])),
        ),
    });
  }

  onApplicationBootstrap(): void {
    this.worker.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.worker.stop();
  }

  private async clean(item: Claimed<Cleanup>, signal: AbortSignal): Promise<void> {
    try {
      await this.cleanOnce(item, signal);
    } catch (error) {
      await this.log.database.query(
        `UPDATE namespace_cleanup SET due_at = now() + make_interval(secs => $2), claim_token = NULL, claimed_until = NULL
          WHERE name = $1 AND claim_token = $3`,
        [item.name, RETRY_SECONDS, item.claim_token],
      );
      throw error;
    }
  }

  private async cleanOnce(item: Claimed<Cleanup>, signal: AbortSignal): Promise<void> {
    const { name, uid } = item;
    const actual = await this.requests.ask(ReadNamespace, { name });
    if (actual.phase === 'Active') return this.keep(item, actual.uid ?? uid);
    await this.contents.empty(name, signal);
    if (signal.aborted) return;
    if (actual.phase) await this.requests.ask(ReportNamespaceEmptied, { name, uid, owner: this.service });
    await this.forget(item);
  }

  /** It stays after all: it was only looked at because news may have been missed. */
  private keep(item: Claimed<Cleanup>, uid: string): Promise<void> {
    return this.log.transaction(async (tx) => {
      if (!(await lockClaim(tx, WORK, item))) return;
      await tx.query(`UPDATE known_namespace SET uid = $2, phase = 'Active' WHERE name = $1`, [item.name, uid]);
      await tx.query('DELETE FROM namespace_cleanup WHERE name = $1', [item.name]);
    });
  }

  private forget({ name, uid }: Cleanup): Promise<void> {
    return this.log.transaction(async (tx) => {
      await tx.query('DELETE FROM namespace_cleanup WHERE name = $1 AND uid = $2', [name, uid]);
      await tx.query('DELETE FROM known_namespace WHERE name = $1 AND uid = $2', [name, uid]);
    });
  }
}
