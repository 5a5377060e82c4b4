import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { ApiError } from '@faktorz/apimachinery';
import { ReportNamespaceEmptied } from '@faktorz/domain';
import { Requests } from '@faktorz/messaging';
import { type Claimed, claimWork, Database, Wakeups, Worker } from '@faktorz/persistence';
import { serviceUser } from '@faktorz/service-kit';
import { ImageStreamStorage } from '../image-stream/image-stream.storage.js';
import { ImageStreamStore } from '../image-stream/image-stream.store.js';
import { NAMESPACE_CLEANUP_CHANNEL } from './namespace-events.handler.js';

interface Cleanup {
  name: string;
  uid: string;
}

const WORK = { table: 'namespace_cleanup', keyColumns: ['name'] };
const BATCH = 100;
const LEASE_SECONDS = 60;
const RETRY_SECONDS = 5;

/** Deletes the streams of terminating namespaces and tells auth when none is left. */
@Injectable()
export class NamespaceCleanupWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly worker: Worker<Claimed<Cleanup>>;

  constructor(
    private readonly database: Database,
    wakeups: Wakeups,
    private readonly store: ImageStreamStore,
    private readonly streams: ImageStreamStorage,
    private readonly requests: Requests,
  ) {
    this.worker = new Worker({
      name: 'namespace cleanup',
      concurrency: 1,
      wakeups,
      channel: NAMESPACE_CLEANUP_CHANNEL,
      claim: (limit) =>
        claimWork<Cleanup>(database, { ...WORK, where: 'due_at <= now()', limit, leaseSeconds: LEASE_SECONDS }),
      run: (item, signal) => this.clean(item, signal),
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
      for (;;) {
        const names = await this.store.namesIn(item.name, BATCH);
        if (names.length === 0) break;
        for (const name of names) {
          if (signal.aborted) return;
          await this.deleteStream({ namespace: item.name, name });
        }
      }
      await this.requests.ask(ReportNamespaceEmptied, { name: item.name, uid: item.uid, owner: 'tag-tracker' });
    } catch (error) {
      await this.database.query(
        `UPDATE namespace_cleanup SET due_at = now() + make_interval(secs => $2), claim_token = NULL, claimed_until = NULL
          WHERE name = $1 AND claim_token = $3`,
        [item.name, RETRY_SECONDS, item.claim_token],
      );
      throw error;
    }
    await this.database.query('DELETE FROM namespace_cleanup WHERE name = $1 AND uid = $2', [item.name, item.uid]);
    await this.database.query('DELETE FROM known_namespace WHERE name = $1 AND uid = $2', [item.name, item.uid]);
  }

  /** A stream that others change meanwhile is read again; one that is gone is what was wanted. */
  private async deleteStream(key: { namespace: string; name: string }): Promise<void> {
    const head = await this.store.head(key);
    if (!head) return;
    try {
      const context = { user: serviceUser('tag-tracker'), requestId: `namespace-cleanup:${key.namespace}` };
      await this.streams.delete(key, String(head.position), context);
    } catch (error) {
      const isOvertaken = error instanceof ApiError && (error.reason === 'Conflict' || error.reason === 'NotFound');
      if (!isOvertaken) throw error;
    }
  }
}
