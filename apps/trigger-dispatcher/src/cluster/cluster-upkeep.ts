import { Injectable } from '@nestjs/common';
import type { ChangeTransaction, DocumentChange } from '@faktorz/persistence';
import { holdIndex } from '../trigger/index-lock.js';
import { TriggerTargetStore } from '../trigger/trigger-target.store.js';
import { ClusterWatchStore } from './cluster-watch.store.js';
import type { Cluster } from './cluster.js';

/** What a written Cluster means for watches and index. */
@Injectable()
export class ClusterUpkeep {
  constructor(
    private readonly watches: ClusterWatchStore,
    private readonly targets: TriggerTargetStore,
  ) {}

  /** Runs in the transaction that writes the Cluster. */
  async keepUp(tx: ChangeTransaction, { type, object, previous }: DocumentChange<Cluster>): Promise<void> {
    const { name, generation } = object.metadata;
    if (type === 'MODIFIED' && previous?.metadata.generation === generation) return;
    // From here on nothing is believed that is seen through other eyes, perhaps of another server …
    await tx.queryAll([holdIndex('exclusively')]);
    if (type === 'DELETED') await this.watches.forget(tx, name);
    else await this.watches.watch(tx, name, object.spec.suspend ?? false);
    // … and what was seen is seen anew.
    if (type !== 'ADDED') await this.targets.forgetCluster(tx, name);
  }
}
