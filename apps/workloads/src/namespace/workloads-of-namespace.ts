import { ApiError } from '@faktorz/apimachinery';
import type { NamespaceContents } from '@faktorz/namespaces';
import { ChangeLog, type DocumentStorage } from '@faktorz/persistence';
import { serviceUser } from '@faktorz/service-kit';
import { Injectable } from '@nestjs/common';
import type { Workload } from '../pod/pod-spec.js';
import { WorkloadStorages } from '../workload-storages.js';

const BATCH = 100;

/** Everything this service keeps in namespaces. Nothing runs, so nothing has to end first. */
@Injectable()
export class WorkloadsOfNamespace implements NamespaceContents {
  constructor(
    private readonly log: ChangeLog,
    private readonly storages: WorkloadStorages,
  ) {}

  async empty(namespace: string, signal: AbortSignal): Promise<void> {
    for (const storage of this.storages.all) await this.emptyOne(storage, namespace, signal);
  }

  private async emptyOne(storage: DocumentStorage<Workload>, namespace: string, signal: AbortSignal): Promise<void> {
    for (;;) {
      const names: string[] = [];
      const { items } = await storage.list({ namespace, limit: BATCH });
      for await (const { metadata } of items) names.push(metadata.name);
      if (names.length === 0) return;
      for (const name of names) {
        if (signal.aborted) return;
        await this.delete(storage, namespace, name);
      }
    }
  }

  /** Whatever its version is; one that is gone is what was wanted. */
  private async delete(storage: DocumentStorage<Workload>, namespace: string, name: string): Promise<void> {
    const context = { user: serviceUser('workloads'), requestId: `namespace-cleanup:${namespace}` };
    try {
      await this.log.transaction((tx) => storage.deleteIn(tx, { namespace, name }, undefined, context));
    } catch (error) {
      if (!(error instanceof ApiError && error.reason === 'NotFound')) throw error;
    }
  }
}
