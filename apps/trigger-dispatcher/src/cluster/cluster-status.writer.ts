import { Inject, Injectable, Logger } from '@nestjs/common';
import { ApiError } from '@faktorz/apimachinery';
import { ChangeLog, DocumentStorage } from '@faktorz/persistence';
import { serviceUser } from '@faktorz/service-kit';
import { CLUSTER_STORAGE } from '../trigger-dispatcher.tokens.js';
import { type ClusterFindings, statusOf } from './cluster-status.js';
import type { Cluster } from './cluster.js';

/** Writes what is found out about a cluster into its status. */
@Injectable()
export class ClusterStatusWriter {
  private readonly logger = new Logger('Clusters');

  constructor(
    private readonly log: ChangeLog,
    @Inject(CLUSTER_STORAGE) private readonly storage: DocumentStorage<Cluster>,
  ) {}

  /** Writes only what is new; a status that cannot be written now is written with the next finding. */
  async write(name: string, findings: ClusterFindings): Promise<void> {
    try {
      await this.log.transaction(async (tx) => {
        const cluster = await this.storage.getIn(tx, { name });
        if (!cluster || cluster.spec.suspend) return;
        const status = statusOf(cluster.status ?? {}, findings, new Date());
        const context = { user: serviceUser('trigger-dispatcher'), requestId: `cluster:${name}` };
        await this.storage.updateIn(tx, { ...cluster, status }, context);
      });
    } catch (error) {
      const isOvertaken = error instanceof ApiError && (error.reason === 'Conflict' || error.reason === 'NotFound');
      if (!isOvertaken) this.logger.warn(`the status of cluster ${name}: ${(error as Error).message}`);
    }
  }
}
