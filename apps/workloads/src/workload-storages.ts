import { NamespaceGate } from '@faktorz/namespaces';
import { ChangeFeed, ChangeLog, DocumentStorage } from '@faktorz/persistence';
import { Injectable } from '@nestjs/common';
import { workloadKinds } from './kind/kinds.js';
import type { WorkloadKind } from './kind/workload-kind.js';
import type { Workload } from './pod/pod-spec.js';
import { UpkeepStore } from './upkeep/upkeep.store.js';
import { upkeepAfter } from './upkeep/upkeep.js';

/** Where the objects of each kind are kept. */
@Injectable()
export class WorkloadStorages {
  readonly all: readonly DocumentStorage<Workload>[];
  private readonly byKind: ReadonlyMap<WorkloadKind, DocumentStorage<Workload>>;

  constructor(
    private readonly log: ChangeLog,
    private readonly feed: ChangeFeed,
    private readonly gate: NamespaceGate,
    private readonly upkeep: UpkeepStore,
  ) {
    this.byKind = new Map(workloadKinds.map((kind) => [kind, this.storageOf(kind)]));
    this.all = [...this.byKind.values()];
  }

  of(kind: WorkloadKind): DocumentStorage<Workload> {
    const storage = this.byKind.get(kind);
    if (!storage) throw new Error(`no storage keeps ${kind.plural}`);
    return storage;
  }

  private storageOf(kind: WorkloadKind): DocumentStorage<Workload> {
    const { group, plural, fields } = kind;
    return new DocumentStorage<Workload>(this.log, this.feed, {
      resource: group === '' ? plural : `${plural}.${group}`,
      apiVersion: group === '' ? 'v1' : `${group}/v1`,
      kind: kind.kind,
      fields: fields as Readonly<Record<string, (object: Workload) => string>> | undefined,
      alongside: async (tx, change) => {
        if (change.type === 'ADDED') await this.gate.holdWritable(tx, change.object.metadata.namespace ?? '');
        const due = upkeepAfter(kind, change);
        if (due) await this.upkeep.record(tx, due);
      },
    });
  }
}
